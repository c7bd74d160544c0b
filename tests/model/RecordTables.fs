namespace Asupersync.Model.Tests

open System
open Microsoft.FSharp.Reflection
open Xunit
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// Records that a search keeps once. A field that the comparison forgot would make two states one.
type RecordTables() =

    let budget = Budget.unlimited

    let reason kind =
        CancelReason.Of(kind, 1L<regionId>, 1L<taskId>)

    // Another value of the same type, by hand for each type that a record has.
    let rec others (value: obj) (fieldType: Type) : obj list =
        match value with
        | :? bool as flag -> [ not flag ]
        | :? int as number -> [ number + 1 ]
        | :? int64 as number -> [ number - 1L ]
        | :? Target as target -> [ Target.Task(target.TaskId + 1L<taskId>); Target.Region 1L<regionId> ]
        | :? Outcome as outcome ->
            [ { outcome with Severity = Severity.Err }
              { outcome with Reason = reason CancelKind.Timeout } ]
        | :? Budget as budget ->
            let fields = FSharpValue.GetRecordFields budget
            let properties = FSharpType.GetRecordFields typeof<Budget>

            [ for index in 0 .. fields.Length - 1 do
                  for other in others fields[index] properties[index].PropertyType do
                      let changed = Array.copy fields
                      changed[index] <- other
                      FSharpValue.MakeRecord(typeof<Budget>, changed) ]
        | _ when fieldType.IsEnum -> [ Enum.ToObject(fieldType, Convert.ToInt32 value + 1) ]
        | _ when fieldType = typeof<CancelReason> ->
            [ reason CancelKind.Shutdown
              CancelReason.Create(CancelKind.User, 1L<regionId>, 1L<taskId>, 0L, "", reason CancelKind.User) ]
        | _ -> failwith $"no other value of type {fieldType} is known here"

    // Every field changed in turn: a record with another field is another record, and an equal one is not.
    let tellsApart (kind: IRecordKind<'Record>) (record: 'Record) =
        let table = RecordTable<'Record>(1L, kind)
        let number = table.Number &record
        let copy = FSharpValue.MakeRecord(typeof<'Record>, FSharpValue.GetRecordFields record) :?> 'Record
        Assert.Equal(number, table.Number &copy)
        let fields = FSharpValue.GetRecordFields record
        let properties = FSharpType.GetRecordFields typeof<'Record>

        for index in 0 .. fields.Length - 1 do
            for other in others fields[index] properties[index].PropertyType do
                let changed = Array.copy fields
                changed[index] <- other
                let changed = FSharpValue.MakeRecord(typeof<'Record>, changed) :?> 'Record
                Assert.True(table.Number &changed <> number, $"{typeof<'Record>.Name}.{properties[index].Name}")

    let region =
        { Owner = 0L<taskId>
          Body = 1L<taskId>
          Phase = RegionPhase.Open
          Reason = null
          External = false
          Trigger = 0L<taskId>
          Policy = Policy.FailFast
          Finalizers = 0
          Outcome = Outcome.none
          Budget = budget
          Live = 0
          FirstTask = 0L<taskId>
          LastTask = 0L<taskId> }

    let initial =
        Kernel.initial Limits.standard Policy.FailFast { budget with Polls = 7; Cost = 7L; Deadline = 7L }

    [<Fact>]
    member _.``Every field of a record tells it apart``() =
        tellsApart (RegionRecordKind()) region
        tellsApart (TaskRecordKind()) (initial.Task 1L<taskId>)

        tellsApart
            (ObligationRecordKind())
            { Kind = ObligationKind.Lease
              Holder = 1L<taskId>
              Phase = ObligationPhase.Reserved
              PreviousHeld = 0L<obligationId>
              NextHeld = 0L<obligationId> }

    [<Fact>]
    member _.``Threads that meet the same records give them the same numbers``() =
        let table = RecordTable<RegionRecord>(1L, RegionRecordKind())

        let numbers =
            Array.Parallel.init 4 (fun _ ->
                Array.init 5_000 (fun index ->
                    let record = { region with Finalizers = index }
                    table.Number &record))

        for others in numbers do
            Assert.Equal<int[]>(numbers[0], others)

        Assert.Equal(5_000, table.Count)

    [<Fact>]
    member _.``Packing loses nothing``() =
        let bounds = (Setup.model "MCFinalizer").Bounds
        let packing = Packing bounds
        let vector: int[] = Array.zeroCreate packing.Width
        let mutable shown = 0

        let watcher =
            { new IWatcher with
                member _.State(_, _, state) =
                    packing.Pack(state, vector)
                    let back = packing.Unpack vector
                    Assert.Equal(Projection.text state, Projection.text back)
                    Assert.Equal(state.Fingerprint, back.Fingerprint)
                    Assert.Empty(Invariants.violations back)
                    shown <- shown + 1
                    Visit.Expand

                member _.Edge _ = () }

        let found = Explorer.run (Setup.search bounds) watcher
        Assert.Equal(found.States, shown)
