namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// A whole record in the place of another.
[<Struct; NoEquality; NoComparison>]
type private Is<'R when 'R: struct>(whole: 'R) =
    interface IChange<'R> with
        member _.Apply(record) = record <- whole

/// States within bounds as small numbers: one position for each region, task and obligation that there may be, and in it the
/// number of the record that stands there.
[<Sealed>]
type internal Packing(bounds: Bounds) =

    let regions =
        let kind = RegionRecordKind()
        Array.init (max 1 bounds.MaxRegions) (fun index -> RecordTable<RegionRecord>(int64 index + 1L, kind))

    let tasks =
        let kind = TaskRecordKind()
        Array.init (max 1 bounds.MaxTasks) (fun index -> RecordTable<TaskRecord>(int64 index + 1L, kind))

    let obligations =
        let kind = ObligationRecordKind()
        Array.init bounds.MaxObligations (fun index -> RecordTable<ObligationRecord>(int64 index + 1L, kind))

    /// Records of regions, by position.
    member _.Regions = regions

    /// Records of tasks, by position.
    member _.Tasks = tasks

    /// Records of obligations, by position.
    member _.Obligations = obligations

    /// How many positions there are: regions first, then tasks, then obligations.
    member _.Width = regions.Length + tasks.Length + obligations.Length

    /// The fingerprint of the record with a number at a position.
    member _.Fingerprint(position: int, number: int) =
        if position < regions.Length then
            regions[position].Fingerprint number
        elif position < regions.Length + tasks.Length then
            tasks[position - regions.Length].Fingerprint number
        else
            obligations[position - regions.Length - tasks.Length].Fingerprint number

    /// Writes a state as numbers.
    member _.Pack(state: State, vector: int[]) =
        System.Array.Clear vector

        for struct (id, record) in state.Regions do
            vector[int id - 1] <- regions[int id - 1].Number &record

        for struct (id, record) in state.Tasks do
            vector[regions.Length + int id - 1] <- tasks[int id - 1].Number &record

        for struct (id, record) in state.Obligations do
            vector[regions.Length + tasks.Length + int id - 1] <- obligations[int id - 1].Number &record

    /// The state that the numbers stand for.
    member _.Unpack(vector: int[]) : State =
        let mutable store = { Current = Bounds.initial bounds; Dropped = Premise.None }

        let put (place: StateStore -> StateStore) = store <- place store

        for index in 0 .. regions.Length - 1 do
            if vector[index] <> 0 then
                let record = regions[index].Item vector[index]
                put (fun store -> (store :> IStore<StateStore>).AddRegion((int64 index + 1L) * 1L<_>, Is record))

        for index in 0 .. tasks.Length - 1 do
            let number = vector[regions.Length + index]

            if number <> 0 then
                let record = tasks[index].Item number
                put (fun store -> (store :> IStore<StateStore>).AddTask((int64 index + 1L) * 1L<_>, Is record))

        for index in 0 .. obligations.Length - 1 do
            let number = vector[regions.Length + tasks.Length + index]

            if number <> 0 then
                let record = obligations[index].Item number
                put (fun store -> (store :> IStore<StateStore>).AddObligation((int64 index + 1L) * 1L<_>, Is record))

        store.Current
