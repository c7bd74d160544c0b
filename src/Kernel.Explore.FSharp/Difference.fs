namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic
open Asupersync.Kernel

/// The first difference between two graphs, with a shortest way to it.
type Difference =
    {
        /// The labels of a shortest path to where the graphs part, from the initial state.
        Path: string list
        /// The step in question, or the class of steps when only a digest is at hand.
        Step: string
        /// What is different, for people, a line each.
        Details: string list
    }

    /// The path, the step and the details on lines of their own.
    override this.ToString() =
        let path =
            match this.Path with
            | [] -> [ "  (the initial state)" ]
            | labels -> labels |> List.mapi (fun index label -> $"  {index + 1}. {label}")

        [ "shortest path to the first difference:" ]
        @ path
        @ [ $"there: {this.Step}" ]
        @ (this.Details |> List.map (fun line -> "  " + line))
        |> String.concat "\n"

/// Finds where two graphs part.
[<RequireQualifiedAccess>]
module Difference =

    let private fields kernel model =
        match TlaValue.parseState kernel, TlaValue.parseState model with
        | Ok ours, Ok theirs ->
            TlaValue.differences ours theirs
            |> List.map (fun (place, a, b) -> $"{place}: kernel {a}, model {b}")
        | _ -> [ $"kernel {kernel}"; $"model {model}" ]

    // Steps of one state by label and target text, so that two graphs with other numbers can be compared.
    let private leaving (graph: Graph) state =
        graph.Steps[state]
        |> Array.map (fun (struct (label, target)) -> label, graph.States[target])

    let private firstApart path (ours: (string * string)[]) (theirs: (string * string)[]) =
        let missing = Array.except ours theirs
        let extra = Array.except theirs ours

        let label = Array.append (Array.map fst extra) (Array.map fst missing) |> Array.minBy id

        let step =
            match
                extra |> Array.tryFind (fun (other, _) -> other = label),
                missing |> Array.tryFind (fun (other, _) -> other = label)
            with
            | Some(_, kernel), Some(_, model) -> $"{label} leads to another state", fields kernel model
            | Some _, None -> $"{label} is taken by the kernel only", []
            | None, Some _ -> $"{label} is taken by the model only", []
            | None, None -> label, []

        { Path = path; Step = fst step; Details = snd step }

    /// The first difference in breadth-first order between the kernel's graph and another one, or nothing when they are equal.
    let betweenGraphs (kernel: Graph) (model: Graph) : Difference option =
        let modelNumbers = Dictionary<string, int>(StringComparer.Ordinal)
        model.States |> Array.iteri (fun number text -> modelNumbers[text] <- number)
        let parents = Dictionary<int, struct (int * string)>()
        let queue = Queue<int>()

        let rec pathTo taken state =
            match parents.TryGetValue state with
            | true, struct (parent, label) when parent >= 0 -> pathTo (label :: taken) parent
            | _ -> taken

        let rec search () =
            if queue.Count = 0 then
                None
            else
                let state = queue.Dequeue()
                let ours = leaving kernel state
                let theirs = leaving model modelNumbers[kernel.States[state]]

                // Both are in one order, so equal steps are equal arrays.
                if ours <> theirs then
                    Some(firstApart (pathTo [] state) ours theirs)
                else
                    for struct (label, target) in kernel.Steps[state] do
                        if parents.TryAdd(target, struct (state, label)) then
                            queue.Enqueue target

                    search ()

        if kernel.States[0] <> model.States[0] then
            Some
                { Path = []
                  Step = "the initial states differ"
                  Details = fields kernel.States[0] model.States[0] }
        else
            parents[0] <- struct (-1, "")
            queue.Enqueue 0
            search ()

    type private Where =
        | States of depth: int
        | Steps of depth: int * rule: string

    let private firstClassApart (ours: Digest) (theirs: Digest) =
        let levels =
            [ for depth in 1 .. max ours.Depth theirs.Depth do
                  let here digest = List.tryItem (depth - 1) digest.Levels

                  if here ours <> here theirs then
                      (depth, 0, ""), States depth, here ours, here theirs ]

        let kernel, model = Map.ofList ours.Classes, Map.ofList theirs.Classes

        let classes =
            [ for (depth, rule) in List.distinct (List.map fst ours.Classes @ List.map fst theirs.Classes) do
                  let here = Map.tryFind (depth, rule)

                  if here kernel <> here model then
                      (depth, 1, rule), Steps(depth, rule), here kernel, here model ]

        match levels @ classes with
        | [] -> None
        | apart ->
            let _, place, mine, other = apart |> List.minBy (fun (order, _, _, _) -> order)
            Some(place, mine, other)

    /// A shortest kernel path to a step of a class, the step included; without one, to a state of that level.
    let private pathInto (search: Search) depth rule =
        let mutable found: (int * Action) option = None
        let mutable level: int option = None

        let watcher =
            { new IWatcher with
                member _.State(number, at, _) =
                    if at = depth && level.IsNone then
                        level <- Some number

                    if at > depth + 1 then Visit.Halt else Visit.Expand

                member _.Edge edge =
                    if found.IsNone && edge.Depth = depth && string edge.Action.Rule = rule then
                        found <- Some(edge.Source, edge.Action) }

        let exploration = Explorer.run search watcher

        match found, level with
        | Some(source, action), _ -> exploration.PathTo source @ [ action ]
        | None, Some number -> exploration.PathTo number
        | None, None -> []

    /// The shallowest class of states or steps in which the kernel's graph and a digest differ, with a shortest kernel path
    /// into that class, or nothing when they are equal.
    let fromDigest (search: Search) (kernel: Digest) (model: Digest) : Difference option =
        let words what tally =
            match tally with
            | Some tally -> $"{tally.Count} {what}, hash {tally.Hash}"
            | None -> $"no {what}"

        match firstClassApart kernel model with
        | None -> None
        | Some(States depth, ours, theirs) ->
            // Level 1 is the initial state; a deeper level is entered by steps that agreed in no class, so this comes first
            // only there.
            Some
                { Path = pathInto search depth "" |> List.map Label.text
                  Step = $"the states of level {depth} differ"
                  Details = [ "kernel: " + words "states" ours; "model: " + words "states" theirs ] }
        | Some(Steps(depth, rule), ours, theirs) ->
            Some
                { Path = pathInto search depth rule |> List.map Label.text
                  Step =
                    $"the {rule} steps from level {depth} differ; the path ends with one of the kernel's, if it has any"
                  Details = [ "kernel: " + words "steps" ours; "model: " + words "steps" theirs ] }
