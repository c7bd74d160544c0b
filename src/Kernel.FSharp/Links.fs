namespace Asupersync.Kernel

/// Upkeep of the index inside the records: three kinds of doubly linked lists, each in order of identifier.
[<RequireQualifiedAccess>]
module internal Links =

    /// Adds a new task, whose identifier is above all others, at the end of its region's list.
    let appendTask<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) (record: TaskRecord) : 'S =
        let region = store.Region record.Region
        let last = region.LastTask

        let store =
            if last = 0L<task> then
                store
            else
                store.PutTask(last, { store.Task last with NextTask = id })

        let store = store.PutTask(id, { record with PreviousTask = last; NextTask = 0L<task> })

        store.PutRegion(
            record.Region,
            { region with
                Live = region.Live + 1
                FirstTask = (if last = 0L<task> then id else region.FirstTask)
                LastTask = id }
        )

    /// Takes a task that can no longer matter to its region out of the region's list.
    let removeTask<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: TaskId) : 'S =
        let record = store.Task id
        let previous = record.PreviousTask
        let next = record.NextTask

        let store =
            if previous = 0L<task> then
                store
            else
                store.PutTask(previous, { store.Task previous with NextTask = next })

        let store =
            if next = 0L<task> then
                store
            else
                store.PutTask(next, { store.Task next with PreviousTask = previous })

        let region = store.Region record.Region

        let store =
            if region.FirstTask = id || region.LastTask = id then
                store.PutRegion(
                    record.Region,
                    { region with
                        FirstTask = (if region.FirstTask = id then next else region.FirstTask)
                        LastTask = (if region.LastTask = id then previous else region.LastTask) }
                )
            else
                store

        store.PutTask(id, { record with PreviousTask = 0L<task>; NextTask = 0L<task> })

    /// Adds a waiter to the list of the task it waits for.
    let addWaiter<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: TaskId) (waiter: TaskId) : 'S =
        let mutable previous = (store.Task target).LastWaiter

        while previous > waiter do
            previous <- (store.Task previous).PreviousWaiter

        let targetRecord = store.Task target

        let next =
            if previous = 0L<task> then
                targetRecord.FirstWaiter
            else
                (store.Task previous).NextWaiter

        let store =
            store.PutTask(
                target,
                { targetRecord with
                    FirstWaiter = (if previous = 0L<task> then waiter else targetRecord.FirstWaiter)
                    LastWaiter = (if next = 0L<task> then waiter else targetRecord.LastWaiter) }
            )

        let store =
            if previous = 0L<task> then
                store
            else
                store.PutTask(previous, { store.Task previous with NextWaiter = waiter })

        let store =
            if next = 0L<task> then
                store
            else
                store.PutTask(next, { store.Task next with PreviousWaiter = waiter })

        store.PutTask(
            waiter,
            { store.Task waiter with
                PreviousWaiter = previous
                NextWaiter = next }
        )

    /// Takes a waiter out of the list of the task it waits for.
    let removeWaiter<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (target: TaskId) (waiter: TaskId) : 'S =
        let record = store.Task waiter
        let previous = record.PreviousWaiter
        let next = record.NextWaiter

        let store =
            if previous = 0L<task> then
                store
            else
                store.PutTask(previous, { store.Task previous with NextWaiter = next })

        let store =
            if next = 0L<task> then
                store
            else
                store.PutTask(next, { store.Task next with PreviousWaiter = previous })

        let targetRecord = store.Task target

        let store =
            store.PutTask(
                target,
                { targetRecord with
                    FirstWaiter = (if targetRecord.FirstWaiter = waiter then next else targetRecord.FirstWaiter)
                    LastWaiter = (if targetRecord.LastWaiter = waiter then previous else targetRecord.LastWaiter) }
            )

        store.PutTask(
            waiter,
            { store.Task waiter with
                PreviousWaiter = 0L<task>
                NextWaiter = 0L<task> }
        )

    /// Adds a reserved obligation to its holder's list.
    let addHeld<'S when 'S: struct and 'S :> IStore<'S>>
        (store: 'S)
        (id: ObligationId)
        (record: ObligationRecord)
        : 'S =
        let holder = store.Task record.Holder
        let mutable previous = holder.LastHeld

        while previous > id do
            previous <- (store.Obligation previous).PreviousHeld

        let next =
            if previous = 0L<obligation> then
                holder.FirstHeld
            else
                (store.Obligation previous).NextHeld

        let store =
            store.PutTask(
                record.Holder,
                { holder with
                    FirstHeld = (if previous = 0L<obligation> then id else holder.FirstHeld)
                    LastHeld = (if next = 0L<obligation> then id else holder.LastHeld) }
            )

        let store =
            if previous = 0L<obligation> then
                store
            else
                store.PutObligation(previous, { store.Obligation previous with NextHeld = id })

        let store =
            if next = 0L<obligation> then
                store
            else
                store.PutObligation(next, { store.Obligation next with PreviousHeld = id })

        store.PutObligation(id, { record with PreviousHeld = previous; NextHeld = next })

    /// Takes an obligation that is not Reserved by its holder any more out of the holder's list.
    let removeHeld<'S when 'S: struct and 'S :> IStore<'S>> (store: 'S) (id: ObligationId) : 'S =
        let record = store.Obligation id
        let previous = record.PreviousHeld
        let next = record.NextHeld

        let store =
            if previous = 0L<obligation> then
                store
            else
                store.PutObligation(previous, { store.Obligation previous with NextHeld = next })

        let store =
            if next = 0L<obligation> then
                store
            else
                store.PutObligation(next, { store.Obligation next with PreviousHeld = previous })

        let holder = store.Task record.Holder

        let store =
            store.PutTask(
                record.Holder,
                { holder with
                    FirstHeld = (if holder.FirstHeld = id then next else holder.FirstHeld)
                    LastHeld = (if holder.LastHeld = id then previous else holder.LastHeld) }
            )

        store.PutObligation(
            id,
            { record with
                PreviousHeld = 0L<obligation>
                NextHeld = 0L<obligation> }
        )
