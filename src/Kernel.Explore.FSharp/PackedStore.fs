namespace Asupersync.Kernel.Explore

open System
open Asupersync.Kernel

/// Where one step of a packed state is taken: reads come from the tables of records, writes go to arrays of its own. It notes
/// which positions were read, since a step is a function of the records that it read and of nothing else.
[<Sealed>]
type internal Workbench(packing: Packing, limits: Limits, dropped: Premise) =

    let regionTables = packing.Regions
    let taskTables = packing.Tasks
    let obligationTables = packing.Obligations
    let firstTask = regionTables.Length
    let firstObligation = regionTables.Length + taskTables.Length
    let vector: int[] = Array.zeroCreate packing.Width
    let regions: RegionRecord[] = Array.zeroCreate regionTables.Length
    let tasks: TaskRecord[] = Array.zeroCreate taskTables.Length
    let obligations: ObligationRecord[] = Array.zeroCreate obligationTables.Length
    let isRead: bool[] = Array.zeroCreate packing.Width
    let isWritten: bool[] = Array.zeroCreate packing.Width
    let reads: int[] = Array.zeroCreate packing.Width
    let writes: int[] = Array.zeroCreate packing.Width
    let mutable readCount = 0
    let mutable writeCount = 0
    let mutable regionCount = 0
    let mutable taskCount = 0
    let mutable obligationCount = 0

    let countFrom first length =
        let mutable count = 0

        while count < length && vector[first + count] <> 0 do
            count <- count + 1

        count

    /// The numbers of the state that steps are taken from. After a change call Load.
    member _.Vector = vector

    /// The limits that rules read.
    member _.Limits = limits

    /// The premise let go.
    member _.Dropped = dropped

    /// How many regions there are.
    member _.RegionCount = regionCount

    /// How many tasks there are.
    member _.TaskCount = taskCount

    /// How many obligations there are.
    member _.ObligationCount = obligationCount

    /// The positions that the last step read, in the order in which it first read them.
    member _.Reads = ReadOnlySpan(reads, 0, readCount)

    /// The positions that the last step wrote.
    member _.Writes = ReadOnlySpan(writes, 0, writeCount)

    /// Forgets what the last step read and wrote.
    member _.Begin() =
        for index in 0 .. readCount - 1 do
            isRead[reads[index]] <- false

        // Counts change by writing only.
        if writeCount > 0 then
            for index in 0 .. writeCount - 1 do
                isWritten[writes[index]] <- false

            regionCount <- countFrom 0 regions.Length
            taskCount <- countFrom firstTask tasks.Length
            obligationCount <- countFrom firstObligation obligations.Length

        readCount <- 0
        writeCount <- 0

    /// Makes the vector the state that steps are taken from.
    member this.Load() =
        this.Begin()
        regionCount <- countFrom 0 regions.Length
        taskCount <- countFrom firstTask tasks.Length
        obligationCount <- countFrom firstObligation obligations.Length

    member private _.NoteRead(position: int) =
        if not isRead[position] then
            isRead[position] <- true
            reads[readCount] <- position
            readCount <- readCount + 1

    // What is overwritten counts as read: the difference between old and new depends on it.
    member private this.NoteWrite(position: int) =
        if not isWritten[position] then
            if vector[position] <> 0 then
                this.NoteRead position

            isWritten[position] <- true
            writes[writeCount] <- position
            writeCount <- writeCount + 1

    member this.Region(id: RegionId) : inref<RegionRecord> =
        let index = int id - 1

        if isWritten[index] then
            &regions[index]
        else
            this.NoteRead index
            &regionTables[index].Item vector[index]

    member this.Task(id: TaskId) : inref<TaskRecord> =
        let index = int id - 1

        if isWritten[firstTask + index] then
            &tasks[index]
        else
            this.NoteRead(firstTask + index)
            &taskTables[index].Item vector[firstTask + index]

    member this.Obligation(id: ObligationId) : inref<ObligationRecord> =
        let index = int id - 1

        if isWritten[firstObligation + index] then
            &obligations[index]
        else
            this.NoteRead(firstObligation + index)
            &obligationTables[index].Item vector[firstObligation + index]

    /// Where a record that exists is changed.
    member this.RegionForChange(id: RegionId) : byref<RegionRecord> =
        let index = int id - 1

        if not isWritten[index] then
            regions[index] <- this.Region id
            this.NoteWrite index

        &regions[index]

    /// Where a record is added, or overwritten.
    member this.RegionForBirth(id: RegionId) : byref<RegionRecord> =
        let index = int id - 1
        this.NoteWrite index
        regionCount <- max regionCount (index + 1)
        &regions[index]

    /// Where a record that exists is changed.
    member this.TaskForChange(id: TaskId) : byref<TaskRecord> =
        let index = int id - 1

        if not isWritten[firstTask + index] then
            tasks[index] <- this.Task id
            this.NoteWrite(firstTask + index)

        &tasks[index]

    /// Where a record is added, or overwritten.
    member this.TaskForBirth(id: TaskId) : byref<TaskRecord> =
        let index = int id - 1
        this.NoteWrite(firstTask + index)
        taskCount <- max taskCount (index + 1)
        &tasks[index]

    /// Where a record that exists is changed.
    member this.ObligationForChange(id: ObligationId) : byref<ObligationRecord> =
        let index = int id - 1

        if not isWritten[firstObligation + index] then
            obligations[index] <- this.Obligation id
            this.NoteWrite(firstObligation + index)

        &obligations[index]

    /// Where a record is added, or overwritten.
    member this.ObligationForBirth(id: ObligationId) : byref<ObligationRecord> =
        let index = int id - 1
        this.NoteWrite(firstObligation + index)
        obligationCount <- max obligationCount (index + 1)
        &obligations[index]

    /// The number of the record that the last step wrote at a position.
    member _.Written(position: int) : int =
        if position < firstTask then
            regionTables[position].Number &regions[position]
        elif position < firstObligation then
            taskTables[position - firstTask].Number &tasks[position - firstTask]
        else
            obligationTables[position - firstObligation].Number &obligations[position - firstObligation]

/// The packed store: the rules of the kernel run on it as they do on every other. Effects and consequences are for drivers.
[<Struct; NoEquality; NoComparison>]
type internal PackedStore =
    { Bench: Workbench }

    interface IStore<PackedStore> with
        member this.Limits = this.Bench.Limits
        member this.Holds(premise) = premise <> this.Bench.Dropped
        member this.IsHonest = this.Bench.Dropped = Premise.None

        member this.HasRegion(id) =
            id >= 1L<regionId> && int64 id <= int64 this.Bench.RegionCount

        member this.HasTask(id) =
            id >= 1L<taskId> && int64 id <= int64 this.Bench.TaskCount

        member this.HasObligation(id) =
            id >= 1L<obligationId> && int64 id <= int64 this.Bench.ObligationCount

        member this.RegionCount = int64 this.Bench.RegionCount
        member this.TaskCount = int64 this.Bench.TaskCount
        member this.ObligationCount = int64 this.Bench.ObligationCount
        member this.Region(id) = &this.Bench.Region id
        member this.Task(id) = &this.Bench.Task id
        member this.Obligation(id) = &this.Bench.Obligation id

        member this.ChangeRegion(id, change) =
            change.Apply(&this.Bench.RegionForChange id)
            this

        member this.AddRegion(id, birth) =
            birth.Apply(&this.Bench.RegionForBirth id)
            this

        member this.ChangeTask(id, change) =
            change.Apply(&this.Bench.TaskForChange id)
            this

        member this.AddTask(id, birth) =
            birth.Apply(&this.Bench.TaskForBirth id)
            this

        member this.ChangeObligation(id, change) =
            change.Apply(&this.Bench.ObligationForChange id)
            this

        member this.AddObligation(id, birth) =
            birth.Apply(&this.Bench.ObligationForBirth id)
            this

        member this.Emit(_) = this
        member this.Entail(_) = this
