namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic

/// A whole reachable graph in the form that is compared: states as canonical text, steps as labels.
[<NoEquality; NoComparison>]
type Graph =
    {
        /// The states; the initial one is the first.
        States: string[]
        /// For every state the steps that leave it, distinct, in ordinal order of label and target text.
        Steps: struct (string * int)[][]
        /// For every state its level, 1 for the initial one.
        Depths: int[]
    }

/// Graphs, from the kernel or from a checker.
[<RequireQualifiedAccess>]
module Graph =

    /// Puts a graph together; <paramref name="steps"/> may hold duplicates. States that cannot be reached are not allowed.
    let make (states: string[]) (steps: struct (string * int) seq[]) : Result<Graph, Problem> =
        let ordered =
            steps
            |> Array.map (fun leaving ->
                leaving
                |> Seq.distinct
                |> Seq.sortWith (fun (struct (a, x)) (struct (b, y)) ->
                    match String.CompareOrdinal(a, b) with
                    | 0 -> String.CompareOrdinal(states[x], states[y])
                    | order -> order)
                |> Array.ofSeq)

        let depths = Array.zeroCreate states.Length
        let queue = Queue<int>()

        let arrive depth state =
            if depths[state] = 0 then
                depths[state] <- depth
                queue.Enqueue state

        if states.Length > 0 then
            arrive 1 0

        while queue.Count > 0 do
            let state = queue.Dequeue()

            for struct (_, target) in ordered[state] do
                arrive (depths[state] + 1) target

        if Array.contains 0 depths then
            Error(Problem.dump "the graph has states that its steps do not reach; the dump is incomplete")
        else
            Ok { States = states; Steps = ordered; Depths = depths }

    /// The kernel's graph within bounds. The hash by which the search tells states apart is checked against their texts.
    let ofKernel (search: Search) : Result<Graph, Problem> =
        let texts = List<string>()
        let known = HashSet<string>(StringComparer.Ordinal)
        let steps = List<List<struct (string * int)>>()
        let mutable problem: Problem voption = ValueNone

        let complain state words =
            if problem.IsNone then
                problem <- ValueSome(Problem.projection $"{words}: {state}")

        let watcher =
            { new IWatcher with
                member _.State(_, _, state) =
                    let text = Projection.text state
                    texts.Add text
                    steps.Add(List())

                    if not (known.Add text) then
                        complain text "two states of the kernel have one text"

                    Visit.Expand

                member _.Edge edge =
                    steps[edge.Source].Add(struct (Label.text edge.Action, edge.Target))

                    if Projection.text edge.After <> texts[edge.Target] then
                        complain texts[edge.Target] "two texts have one hash" }

        let found = Explorer.run search watcher

        match problem, found.Verdict with
        | ValueSome problem, _ -> Error problem
        | ValueNone, Verdict.Complete -> make (texts.ToArray()) (steps.ToArray() |> Array.map Seq.cast)
        | ValueNone, _ ->
            Error(
                Problem.truncated $"the search gave up after {search.Limit} states; raise the limit or lower the bounds"
            )

    /// How many steps there are.
    let edgeCount graph =
        graph.Steps |> Array.sumBy (fun leaving -> int64 leaving.Length)

    /// How many levels there are.
    let depth graph =
        if graph.Depths.Length = 0 then 0 else Array.max graph.Depths
