namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic

/// A small state machine with a module of its own in spec/tla: enough of it to walk through its states.
[<NoEquality; NoComparison>]
type Machine<'State, 'Action> =
    {
        /// Where it begins.
        Initial: 'State
        /// Every action within the bounds; most are refused.
        Actions: 'State -> 'Action list
        /// The step relation.
        Step: 'State -> 'Action -> 'State voption
        /// The action as TLC prints the step it took.
        Label: 'Action -> string
        /// The state as one line of TLA+, variables and fields in alphabetical order; it tells states apart.
        Text: 'State -> string
    }

/// Searches through small state machines.
[<RequireQualifiedAccess>]
module Machine =

    /// Lists in TLA+: <c>listed "&lt;&lt;" items "&gt;&gt;"</c>.
    let internal listed (opening: string) (items: string seq) (close: string) =
        opening + String.Join(", ", items) + close

    /// The whole graph, when it has at most <paramref name="limit"/> states.
    let graph limit (machine: Machine<'State, 'Action>) : Result<Graph, Problem> =
        let numbers = Dictionary<string, int>(StringComparer.Ordinal)
        let texts = List<string>()
        let states = List<'State>()
        let steps = List<List<struct (string * int)>>()

        let numberOf state =
            let text = machine.Text state

            match numbers.TryGetValue text with
            | true, number -> number
            | false, _ ->
                let number = texts.Count
                numbers[text] <- number
                texts.Add text
                states.Add state
                steps.Add(List())
                number

        numberOf machine.Initial |> ignore
        let mutable index = 0

        while index < states.Count && states.Count <= limit do
            for action in machine.Actions states[index] do
                match machine.Step states[index] action with
                | ValueSome after -> steps[index].Add(struct (machine.Label action, numberOf after))
                | ValueNone -> ()

            index <- index + 1

        if states.Count > limit then
            Error(Problem.truncated $"the search gave up after {limit} states; raise the limit or lower the bounds")
        else
            Graph.make (texts.ToArray()) (steps.ToArray() |> Array.map Seq.cast)

    /// The steps that <paramref name="broken"/> objects to, on the first level of the search that has one, among about
    /// <paramref name="limit"/> states: for each the actions of a shortest path up to and with it, and the objections. It is
    /// asked about every step: before, after.
    let firstBroken limit (broken: 'State -> 'State -> string list) (machine: Machine<'State, 'Action>) =
        let known = HashSet<string>(StringComparer.Ordinal)
        known.Add(machine.Text machine.Initial) |> ignore

        let rec level (states: List<struct ('State * 'Action list)>) =
            let found = List<'Action list * string list>()
            let next = List<struct ('State * 'Action list)>()

            for struct (state, path) in states do
                for action in machine.Actions state do
                    match machine.Step state action with
                    | ValueNone -> ()
                    | ValueSome after ->
                        match broken state after with
                        | [] when found.Count = 0 ->
                            if known.Add(machine.Text after) then
                                next.Add(struct (after, action :: path))
                        | [] -> ()
                        | objections -> found.Add((List.rev (action :: path), objections))

            if found.Count > 0 then List.ofSeq found
            elif next.Count = 0 || known.Count > limit then []
            else level next

        level (List [ struct (machine.Initial, []) ])
