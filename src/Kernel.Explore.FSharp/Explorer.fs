namespace Asupersync.Kernel.Explore

open System.Collections.Generic
open System.Diagnostics
open Asupersync.Kernel

/// What a watcher wants done about a state it was shown.
type Visit =
    /// Go on with the states after it.
    | Expand = 0
    /// Take no step from it.
    | Leave = 1
    /// End the search.
    | Halt = 2

/// How a search ended.
[<RequireQualifiedAccess>]
type Verdict =
    /// Every reachable state was visited.
    | Complete
    /// The limit was met: states are missing, and nothing follows from what was not found.
    | Truncated
    /// The watcher had seen what it wanted.
    | Halted

/// One step that a search took.
[<Struct; NoEquality; NoComparison>]
type Edge =
    {
        /// Number of the state before.
        Source: int
        /// Level of the state before, from 1.
        Depth: int
        /// The state before.
        Before: State
        /// The action taken.
        Action: Action
        /// Number of the state after.
        Target: int
        /// The state after.
        After: State
    }

/// What is told about a search while it runs. A state is shown when it is found, before the step that found it.
type IWatcher =
    /// A state was found: its number (from 0, in breadth-first order), its level (from 1), and itself.
    abstract State: number: int * depth: int * state: State -> Visit

    /// A step was taken.
    abstract Edge: edge: Edge -> unit

/// What to search.
[<NoEquality; NoComparison>]
type Search =
    {
        /// Where it may go.
        Bounds: Bounds
        /// The step relation: the kernel's, or one with a fault.
        Step: State -> Action -> Result<State, Refusal>
        /// By what states are told apart: 64 bits, the kernel's running hash. Among a million states two different ones agree in it
        /// with a chance of 3 in 100 million; the texts that Graph.ofKernel compares, and Census, which compares states in full,
        /// would show it.
        Hash: State -> uint64
        /// True when the step relation has a fault. A fault may tear the links and the tree that rules walk along, and a walk
        /// along torn ones need not end; so no step is taken from a state that breaks LinksAgree or OwnershipTree.
        Faulty: bool
        /// Number of states after which to give up.
        Limit: int
    }

/// What a search found.
[<NoEquality; NoComparison>]
type Exploration =
    {
        /// How it ended.
        Verdict: Verdict
        /// Distinct states.
        States: int
        /// Distinct steps: source, action, target.
        Edges: int64
        /// Levels: the initial state is on level 1.
        Depth: int
        /// Steps by rule, only those that occurred, in order of the rules.
        Rules: (RuleName * int64) list
        /// Wall-clock time.
        Seconds: float
        /// The actions of a shortest path to the state with this number.
        PathTo: int -> Action list
    }

    /// Distinct states per second.
    member this.Rate = float this.States / max this.Seconds 1e-9

/// Breadth-first search through the states of a bounded configuration, told apart by the kernel's running hash.
[<RequireQualifiedAccess>]
module Explorer =

    /// A watcher that looks at nothing.
    let unwatched =
        { new IWatcher with
            member _.State(_, _, _) = Visit.Expand
            member _.Edge _ = () }

    /// A search through the bounds with a step relation that has a fault.
    let faulty (bounds: Bounds) step limit =
        { Bounds = bounds
          Step = step
          Hash = _.Fingerprint
          Faulty = true
          Limit = limit }

    /// The premise that the bounds let go, or none.
    let dropped (bounds: Bounds) : Result<Premise, Problem> =
        match bounds.Dropped with
        | [] -> Ok Premise.None
        | [ premise ] -> Ok premise
        | several ->
            let words = several |> List.map string |> String.concat ", "
            Error(Problem.premise $"the kernel lets one premise go at a time, not {words}; name one")

    /// A search for every state within the bounds, up to a limit. When the bounds let a premise go, so does the kernel.
    let search (bounds: Bounds) limit : Result<Search, Problem> =
        dropped bounds
        |> Result.map (fun premise ->
            match premise with
            | Premise.None ->
                { Bounds = bounds
                  Step = Kernel.step
                  Hash = _.Fingerprint
                  Faulty = false
                  Limit = limit }
            | premise -> faulty bounds (Kernel.stepDropping premise) limit)

    /// True for a state along whose links a rule might walk without end.
    let internal isTorn: State -> bool =
        let checks =
            Invariants.all
            |> List.filter (fun (name, _) -> name = "LinksAgree" || name = "OwnershipTree")
            |> List.map snd

        fun state -> checks |> List.exists (fun check -> not (check state).IsEmpty)

    /// Runs a search.
    let run (search: Search) (watcher: IWatcher) : Exploration =
        let clock = Stopwatch.StartNew()
        let candidates = Candidates search.Bounds
        let table = FingerprintTable()
        let parents = List<int>()
        let arrivals = List<Action>()
        let counts = Array.zeroCreate<int64> 32
        let mutable level = List<struct (int * State)>()
        let mutable next = List<struct (int * State)>()
        let mutable depth = 0
        let mutable deepest = 0
        let mutable edges = 0L
        let mutable verdict = Verdict.Complete

        // True when the state is new; it is then shown to the watcher and, unless that objects, put on the next level.
        let arrive parent action (state: State) =
            let known = table.Count
            let number = table.Number(search.Hash state)

            if number = known then
                parents.Add parent
                arrivals.Add action
                deepest <- depth + 1

                match watcher.State(number, depth + 1, state) with
                | Visit.Expand when search.Faulty && isTorn state -> ()
                | Visit.Expand -> next.Add(struct (number, state))
                | Visit.Leave -> ()
                | _ -> verdict <- Verdict.Halted

            number

        let expand source (state: State) =
            let store = { Current = state; Dropped = Premise.None }
            let actions = (candidates.ShapeOf store).Actions
            let mutable index = 0

            while index < actions.Length && verdict = Verdict.Complete do
                let action = actions[index]

                if candidates.Allows(store, action) then
                    match search.Step state action with
                    | Error _ -> ()
                    | Ok after ->
                        let target = arrive source action after
                        edges <- edges + 1L
                        counts[int action.Rule] <- counts[int action.Rule] + 1L

                        watcher.Edge
                            { Source = source
                              Depth = depth
                              Before = state
                              Action = action
                              Target = target
                              After = after }

                index <- index + 1

        arrive -1 (Start 0L<taskId>) (Bounds.initial search.Bounds) |> ignore

        while verdict = Verdict.Complete && next.Count > 0 do
            depth <- depth + 1
            let passed = level
            level <- next
            passed.Clear()
            next <- passed
            let mutable index = 0

            while index < level.Count && verdict = Verdict.Complete do
                let struct (number, state) = level[index]

                if table.Count > search.Limit then
                    verdict <- Verdict.Truncated
                else
                    expand number state

                index <- index + 1

        let rec path taken number =
            if parents[number] < 0 then
                taken
            else
                path (arrivals[number] :: taken) parents[number]

        { Verdict = verdict
          States = table.Count
          Edges = edges
          Depth = deepest
          Rules =
            [ for number in 1..26 do
                  if counts[number] > 0L then
                      enum<RuleName> number, counts[number] ]
          Seconds = clock.Elapsed.TotalSeconds
          PathTo = path [] }
