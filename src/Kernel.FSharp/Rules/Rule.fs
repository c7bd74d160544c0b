namespace Asupersync.Kernel.Rules

open Asupersync.Kernel

/// The shape all rules share: a guard that names the first premise that fails, a next state that is only asked for when the
/// guard holds, and a step that puts the two together.
/// Guards of frequent rules are inlined: what they have read the next state then need not read again.
[<AutoOpen>]
module internal Shape =

    /// Takes the step when no guard failed, refuses it otherwise.
    let inline decide (rule: RuleName) (failed: Premise) ([<InlineIfLambda>] next: unit -> 'S) : Result<'S, Refusal> =
        if failed = Premise.None then
            Ok(next ())
        else
            Error { Rule = rule; Premise = failed }

    /// Takes the step, when no guard failed, in a store that works in place. The premise that failed, or None: nothing else has to be given
    /// back, and that costs least.
    let inline perform (failed: Premise) ([<InlineIfLambda>] next: unit -> 'S) : Premise =
        if failed = Premise.None then
            next () |> ignore

        failed

    /// The guards on a known task that does something.
    let acts<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : Premise =
        let record = &store.Task task

        if Queries.lacks store Premise.TaskActive (Queries.isActive &record) then
            Premise.TaskActive
        elif Queries.lacks store Premise.TaskNotWaiting record.Waits.IsNone then
            Premise.TaskNotWaiting
        else
            Premise.None

    /// The guards that every rule about something a task does begins with.
    let actor<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (task: TaskId) : Premise =
        if store.HasTask task then acts store task else Premise.KnownTask

    /// True when the identifier is not the next one of a sequence of the given length. A store that lets FreshId go takes
    /// one that is in use, and what that named is overwritten.
    let inline lacksFresh<'S, [<Measure>] 'u when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (count: int64)
        (id: int64<'u>)
        =
        int64 id <> count + 1L
        && (store.Holds Premise.FreshId || int64 id < 1L || int64 id > count)
