namespace Asupersync.Kernel.Tests

open Asupersync.Kernel

/// What one action did, checked.
type Verdict =
    /// The step was taken and all is well.
    | Taken
    /// The action was refused and nothing changed.
    | Refused of Refusal
    /// Something does not hold.
    | Broken of string

/// Everything that must hold of every step, in one place: used while walking and again while a failure is made smaller.
[<Sealed>]
type Oracle(header: TraceHeader, dropped: Premise) =

    let mutable state = Kernel.initial header.Limits header.Policy header.Budget
    let mutable fingerprint = state.Fingerprint

    // The same run on a store of another make. It cannot follow a planted fault.
    let shadow =
        if dropped = Premise.None then
            ArraySigma.initial header.Limits header.Policy header.Budget
        else
            null

    // By hand, since List.sumBy would check for overflow, and a sum of hashes wraps round.
    let sum (state: State) =
        let mutable total = 0UL

        for struct (id, record) in state.Regions do
            total <- total + Fingerprint.ofRegion id record

        for struct (id, record) in state.Tasks do
            total <- total + Fingerprint.ofTask id record

        for struct (id, record) in state.Obligations do
            total <- total + Fingerprint.ofObligation id record

        total

    let list items =
        items |> List.map string |> String.concat ", "

    /// None when the step to this state is sound, otherwise what is not.
    let flaw (next: State) =
        let broken = Invariants.violations next @ StepProperties.violations state next

        if not broken.IsEmpty then
            Some(list broken)
        elif sum next <> next.Fingerprint then
            Some "the fingerprint kept up is not that of the records"
        elif isNull shadow then
            None
        elif not (shadow.Agrees next) then
            Some "the array store holds other records"
        elif List.ofSeq shadow.Effects <> next.Effects then
            Some "the array store has other effects"
        elif List.ofSeq shadow.Consequences <> next.Consequences then
            Some "the array store has other consequences"
        else
            None

    let judge action other =
        match Kernel.stepDropping dropped state action with
        | Error refusal ->
            if refusal.Rule <> action.Rule then
                Broken $"{action.Rule} was asked for, and {refusal.Rule} was refused"
            elif not (Guards.names refusal) then
                Broken $"{refusal}, but that is no guard of this rule"
            elif state.Fingerprint <> fingerprint then
                Broken $"{refusal}, but the state changed"
            elif isNull shadow then
                Refused refusal
            elif other <> ValueSome refusal then
                Broken $"{refusal}, but the array store says {other}"
            elif not (shadow.Agrees state) then
                Broken $"{refusal}, but a record changed"
            else
                Refused refusal
        | Ok _ when other.IsSome -> Broken $"the array store refused it: {other.Value}"
        | Ok next ->
            match flaw next with
            | Some why -> Broken why
            | None ->
                state <- next
                fingerprint <- next.Fingerprint
                Taken

    /// The state reached.
    member _.State = state

    /// Asks for an action and checks all that must hold.
    member _.Ask(action: Action) =
        try
            let other = if isNull shadow then ValueNone else ArraySigma.step shadow action

            judge action other
        with problem ->
            Broken $"the kernel threw {problem.GetType().Name}: {problem.Message}"
