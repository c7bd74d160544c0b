namespace Asupersync.Kernel

/// One kind of doubly linked list inside the records: items of one kind, each in the list of one owner, in order of identifier.
type internal IChain<'S, [<Measure>] 'item, [<Measure>] 'owner> =
    abstract First: store: 'S * owner: int64<'owner> -> int64<'item>
    abstract Last: store: 'S * owner: int64<'owner> -> int64<'item>
    abstract PutEnds: store: 'S * owner: int64<'owner> * first: int64<'item> * last: int64<'item> -> 'S

    /// The item is the last, and the first where there was none.
    abstract PutBack: store: 'S * owner: int64<'owner> * item: int64<'item> -> 'S

    /// Where the item is an end, its neighbour takes its place.
    abstract TakeEnd:
        store: 'S * owner: int64<'owner> * item: int64<'item> * previous: int64<'item> * next: int64<'item> -> 'S

    abstract Previous: store: 'S * item: int64<'item> -> int64<'item>
    abstract Next: store: 'S * item: int64<'item> -> int64<'item>
    abstract PutPrevious: store: 'S * item: int64<'item> * previous: int64<'item> -> 'S
    abstract PutNext: store: 'S * item: int64<'item> * next: int64<'item> -> 'S

    /// The item has no neighbours.
    abstract Leave: store: 'S * item: int64<'item> -> 'S

/// The tasks of a region that are live, or whose outcome still counts for it.
[<Struct; NoEquality; NoComparison>]
type internal TaskChain<'S when 'S: struct and 'S :> IStore<'S>> =
    interface IChain<'S, taskId, regionId> with
        member _.First(store, owner) = (store.Region owner).FirstTask
        member _.Last(store, owner) = (store.Region owner).LastTask

        member _.PutEnds(store, owner, first, last) =
            store.ChangeRegion(owner, TaskEnds(first, last))

        member _.PutBack(store, owner, item) =
            store.ChangeRegion(owner, TaskEndsWith item)

        member _.TakeEnd(store, owner, item, previous, next) =
            store.ChangeRegion(owner, TaskEndsWithout(item, previous, next))

        member _.Previous(store, item) = (store.Task item).PreviousTask
        member _.Next(store, item) = (store.Task item).NextTask

        member _.PutPrevious(store, item, previous) =
            store.ChangeTask(item, PreviousTaskIs previous)

        member _.PutNext(store, item, next) = store.ChangeTask(item, NextTaskIs next)
        member _.Leave(store, item) = store.ChangeTask(item, LeavesTasks())

/// The tasks that wait for a task.
[<Struct; NoEquality; NoComparison>]
type internal WaiterChain<'S when 'S: struct and 'S :> IStore<'S>> =
    interface IChain<'S, taskId, taskId> with
        member _.First(store, owner) = (store.Task owner).FirstWaiter
        member _.Last(store, owner) = (store.Task owner).LastWaiter

        member _.PutEnds(store, owner, first, last) =
            store.ChangeTask(owner, WaiterEnds(first, last))

        member _.PutBack(store, owner, item) =
            store.ChangeTask(owner, WaiterEndsWith item)

        member _.TakeEnd(store, owner, item, previous, next) =
            store.ChangeTask(owner, WaiterEndsWithout(item, previous, next))

        member _.Previous(store, item) = (store.Task item).PreviousWaiter
        member _.Next(store, item) = (store.Task item).NextWaiter

        member _.PutPrevious(store, item, previous) =
            store.ChangeTask(item, PreviousWaiterIs previous)

        member _.PutNext(store, item, next) =
            store.ChangeTask(item, NextWaiterIs next)

        member _.Leave(store, item) = store.ChangeTask(item, LeavesWaiters())

/// The obligations that a task holds in phase Reserved.
[<Struct; NoEquality; NoComparison>]
type internal HeldChain<'S when 'S: struct and 'S :> IStore<'S>> =
    interface IChain<'S, obligationId, taskId> with
        member _.First(store, owner) = (store.Task owner).FirstHeld
        member _.Last(store, owner) = (store.Task owner).LastHeld

        member _.PutEnds(store, owner, first, last) =
            store.ChangeTask(owner, HeldEnds(first, last))

        member _.PutBack(store, owner, item) =
            store.ChangeTask(owner, HeldEndsWith item)

        member _.TakeEnd(store, owner, item, previous, next) =
            store.ChangeTask(owner, HeldEndsWithout(item, previous, next))

        member _.Previous(store, item) = (store.Obligation item).PreviousHeld
        member _.Next(store, item) = (store.Obligation item).NextHeld

        member _.PutPrevious(store, item, previous) =
            store.ChangeObligation(item, PreviousHeldIs previous)

        member _.PutNext(store, item, next) =
            store.ChangeObligation(item, NextHeldIs next)

        member _.Leave(store, item) =
            store.ChangeObligation(item, LeavesHeld())

/// Upkeep of the lists: one text for all three kinds.
[<RequireQualifiedAccess>]
module internal Links =

    let private zero<[<Measure>] 'u> : int64<'u> = LanguagePrimitives.Int64WithMeasure 0L

    // What comes is mostly the newest, so it goes to the back.
    let private insertBefore<'C, 'S, [<Measure>] 'item, [<Measure>] 'owner
        when 'C: struct and 'C :> IChain<'S, 'item, 'owner>>
        (chain: 'C)
        (store: 'S)
        (owner: int64<'owner>)
        (item: int64<'item>)
        (last: int64<'item>)
        : 'S =
        let mutable next = last
        let mutable previous = chain.Previous(store, last)

        while previous > item do
            next <- previous
            previous <- chain.Previous(store, previous)

        let store =
            if previous = zero then
                let store = chain.PutEnds(store, owner, item, last)
                chain.PutNext(store, item, next)
            else
                let store = chain.PutNext(store, previous, item)
                let store = chain.PutPrevious(store, item, previous)
                chain.PutNext(store, item, next)

        chain.PutPrevious(store, next, item)

    let private insert<'C, 'S, [<Measure>] 'item, [<Measure>] 'owner when 'C: struct and 'C :> IChain<'S, 'item, 'owner>>
        (chain: 'C)
        (store: 'S)
        (owner: int64<'owner>)
        (item: int64<'item>)
        : 'S =
        let last = chain.Last(store, owner)

        if last > item then
            insertBefore chain store owner item last
        else
            let store = chain.PutBack(store, owner, item)

            if last = zero then
                store
            else
                let store = chain.PutNext(store, last, item)
                chain.PutPrevious(store, item, last)

    let private remove<'C, 'S, [<Measure>] 'item, [<Measure>] 'owner when 'C: struct and 'C :> IChain<'S, 'item, 'owner>>
        (chain: 'C)
        (store: 'S)
        (owner: int64<'owner>)
        (item: int64<'item>)
        : 'S =
        let previous = chain.Previous(store, item)
        let next = chain.Next(store, item)
        let store = if previous = zero then store else chain.PutNext(store, previous, next)
        let store = if next = zero then store else chain.PutPrevious(store, next, previous)

        // What is in no list has no neighbours either, and nobody's ends change.
        let isEnd =
            (previous = zero && chain.First(store, owner) = item)
            || (next = zero && chain.Last(store, owner) = item)

        let store = if isEnd then chain.TakeEnd(store, owner, item, previous, next) else store
        if previous = zero && next = zero then store else chain.Leave(store, item)

    /// Adds a task to its region, made by this change.
    let appendTask<'S, 'C when 'S: struct and 'S :> IStore<'S> and 'C: struct and 'C :> IChange<TaskRecord>>
        (store: 'S)
        (id: TaskId)
        (region: RegionId)
        (birth: 'C)
        : 'S =
        let store = store.AddTask(id, birth)
        let store = store.ChangeRegion(region, LiveAdded 1)
        insert (TaskChain<'S>()) store region id

    /// Takes a task that can no longer matter to its region out of the region's list.
    let removeTask<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) (region: RegionId) : 'S =
        remove (TaskChain<'S>()) store region id

    /// Adds a waiter to the list of the task it waits for.
    let addWaiter<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: TaskId) (waiter: TaskId) : 'S =
        insert (WaiterChain<'S>()) store target waiter

    /// Takes a waiter out of the list of the task it waits for.
    let removeWaiter<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: TaskId) (waiter: TaskId) : 'S =
        remove (WaiterChain<'S>()) store target waiter

    /// Adds a reserved obligation, which is in no list, to its holder's.
    let addHeld<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) (holder: TaskId) : 'S =
        insert (HeldChain<'S>()) store holder id

    /// Takes an obligation that is not Reserved by its holder any more out of the holder's list.
    let removeHeld<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) (holder: TaskId) : 'S =
        remove (HeldChain<'S>()) store holder id

/// For drivers that forget records no rule will read again.
[<RequireQualifiedAccess>]
module Forget =

    /// Takes a task out of the list of its region, which is Closed, so that what stays in it no longer leads to the task. Links are no part
    /// of Σ, so this is no step.
    let task<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) : 'S =
        Links.removeTask store id (store.Task id).Region
