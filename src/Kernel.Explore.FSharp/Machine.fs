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

    /// The actions of a shortest path to a step that <paramref name="isBroken"/> objects to, among the first
    /// <paramref name="limit"/> states. It is asked about every step: before, after.
    let findStep limit (isBroken: 'State -> 'State -> bool) (machine: Machine<'State, 'Action>) : 'Action list option =
        let known = HashSet<string>(StringComparer.Ordinal)
        let queue = Queue<struct ('State * 'Action list)>()
        known.Add(machine.Text machine.Initial) |> ignore
        queue.Enqueue(struct (machine.Initial, []))
        let mutable found = None

        while found.IsNone && queue.Count > 0 && known.Count <= limit do
            let struct (state, path) = queue.Dequeue()

            for action in machine.Actions state do
                match machine.Step state action with
                | ValueSome after when found.IsNone ->
                    if isBroken state after then
                        found <- Some(List.rev (action :: path))
                    elif known.Add(machine.Text after) then
                        queue.Enqueue(struct (after, action :: path))
                | _ -> ()

        found
