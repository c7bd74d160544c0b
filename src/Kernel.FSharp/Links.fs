namespace Asupersync.Kernel

/// One kind of doubly linked list inside the records: items of one kind, each in the list of one owner, in order of identifier.
type internal IChain<'S, [<Measure>] 'item, [<Measure>] 'owner> =
    abstract First: store: 'S * owner: int64<'owner> -> int64<'item>
    abstract Last: store: 'S * owner: int64<'owner> -> int64<'item>
    abstract PutEnds: store: 'S * owner: int64<'owner> * first: int64<'item> * last: int64<'item> -> 'S
    abstract Previous: store: 'S * item: int64<'item> -> int64<'item>
    abstract Next: store: 'S * item: int64<'item> -> int64<'item>
    abstract PutPrevious: store: 'S * item: int64<'item> * previous: int64<'item> -> 'S
    abstract PutNext: store: 'S * item: int64<'item> * next: int64<'item> -> 'S

/// The tasks of a region that are live, or whose outcome still counts for it.
[<Struct; NoEquality; NoComparison>]
type internal TaskChain<'S when 'S: struct and 'S :> IStore<'S>> =
    interface IChain<'S, taskId, regionId> with
        member _.First(store, owner) = (store.Region owner).FirstTask
        member _.Last(store, owner) = (store.Region owner).LastTask

        member _.PutEnds(store, owner, first, last) =
            store.ChangeRegion(owner, TaskEnds(first, last))

        member _.Previous(store, item) = (store.Task item).PreviousTask
        member _.Next(store, item) = (store.Task item).NextTask

        member _.PutPrevious(store, item, previous) =
            store.ChangeTask(item, PreviousTaskIs previous)

        member _.PutNext(store, item, next) = store.ChangeTask(item, NextTaskIs next)

/// The tasks that wait for a task.
[<Struct; NoEquality; NoComparison>]
type internal WaiterChain<'S when 'S: struct and 'S :> IStore<'S>> =
    interface IChain<'S, taskId, taskId> with
        member _.First(store, owner) = (store.Task owner).FirstWaiter
        member _.Last(store, owner) = (store.Task owner).LastWaiter

        member _.PutEnds(store, owner, first, last) =
            store.ChangeTask(owner, WaiterEnds(first, last))

        member _.Previous(store, item) = (store.Task item).PreviousWaiter
        member _.Next(store, item) = (store.Task item).NextWaiter

        member _.PutPrevious(store, item, previous) =
            store.ChangeTask(item, PreviousWaiterIs previous)

        member _.PutNext(store, item, next) =
            store.ChangeTask(item, NextWaiterIs next)

/// The obligations that a task holds in phase Reserved.
[<Struct; NoEquality; NoComparison>]
type internal HeldChain<'S when 'S: struct and 'S :> IStore<'S>> =
    interface IChain<'S, obligationId, taskId> with
        member _.First(store, owner) = (store.Task owner).FirstHeld
        member _.Last(store, owner) = (store.Task owner).LastHeld

        member _.PutEnds(store, owner, first, last) =
            store.ChangeTask(owner, HeldEnds(first, last))

        member _.Previous(store, item) = (store.Obligation item).PreviousHeld
        member _.Next(store, item) = (store.Obligation item).NextHeld

        member _.PutPrevious(store, item, previous) =
            store.ChangeObligation(item, PreviousHeldIs previous)

        member _.PutNext(store, item, next) =
            store.ChangeObligation(item, NextHeldIs next)

/// Upkeep of the lists: one text for all three kinds.
[<RequireQualifiedAccess>]
module internal Links =

    let private zero<[<Measure>] 'u> : int64<'u> = LanguagePrimitives.Int64WithMeasure 0L

    let private insert<'C, 'S, [<Measure>] 'item, [<Measure>] 'owner when 'C: struct and 'C :> IChain<'S, 'item, 'owner>>
        (chain: 'C)
        (store: 'S)
        (owner: int64<'owner>)
        (item: int64<'item>)
        : 'S =
        let mutable previous = chain.Last(store, owner)

        while previous > item do
            previous <- chain.Previous(store, previous)

        let atFront = previous = zero
        let first = chain.First(store, owner)
        let next = if atFront then first else chain.Next(store, previous)
        let atBack = next = zero

        let store =
            if atFront || atBack then
                let last = if atBack then item else chain.Last(store, owner)
                chain.PutEnds(store, owner, (if atFront then item else first), last)
            else
                store

        let store = if atFront then store else chain.PutNext(store, previous, item)
        let store = if atBack then store else chain.PutPrevious(store, next, item)
        let store = if atFront then store else chain.PutPrevious(store, item, previous)
        if atBack then store else chain.PutNext(store, item, next)

    let private remove<'C, 'S, [<Measure>] 'item, [<Measure>] 'owner when 'C: struct and 'C :> IChain<'S, 'item, 'owner>>
        (chain: 'C)
        (store: 'S)
        (owner: int64<'owner>)
        (item: int64<'item>)
        : 'S =
        let previous = chain.Previous(store, item)
        let next = chain.Next(store, item)
        let first = chain.First(store, owner)
        let last = chain.Last(store, owner)
        let store = if previous = zero then store else chain.PutNext(store, previous, next)
        let store = if next = zero then store else chain.PutPrevious(store, next, previous)

        let store =
            if first = item || last = item then
                chain.PutEnds(
                    store,
                    owner,
                    (if first = item then next else first),
                    (if last = item then previous else last)
                )
            else
                store

        let store = if previous = zero then store else chain.PutPrevious(store, item, zero)
        if next = zero then store else chain.PutNext(store, item, zero)

    /// Adds a new task to its region.
    let appendTask<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) (record: TaskRecord) : 'S =
        let store = store.PutTask(id, record)
        let store = store.ChangeRegion(record.Region, LiveAdded 1)
        insert (TaskChain<'S>()) store record.Region id

    /// Takes a task that can no longer matter to its region out of the region's list.
    let removeTask<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) : 'S =
        remove (TaskChain<'S>()) store (store.Task id).Region id

    /// Adds a waiter to the list of the task it waits for.
    let addWaiter<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: TaskId) (waiter: TaskId) : 'S =
        insert (WaiterChain<'S>()) store target waiter

    /// Takes a waiter out of the list of the task it waits for.
    let removeWaiter<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: TaskId) (waiter: TaskId) : 'S =
        remove (WaiterChain<'S>()) store target waiter

    /// Adds a reserved obligation to its holder's list.
    let addHeld<'S when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (id: ObligationId)
        (record: ObligationRecord)
        : 'S =
        let unlinked = { record with PreviousHeld = zero; NextHeld = zero }

        insert (HeldChain<'S>()) (store.PutObligation(id, unlinked)) record.Holder id

    /// Takes an obligation that is not Reserved by its holder any more out of the holder's list.
    let removeHeld<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        remove (HeldChain<'S>()) store (store.Obligation id).Holder id
