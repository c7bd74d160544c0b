namespace Asupersync.Kernel

open System.Collections.Generic

/// A record of Σ, or the length of one of its sequences: what a rule can read or write.
[<Struct>]
type Place =
    | OfRegion of region: RegionId
    | OfTask of task: TaskId
    | OfObligation of obligation: ObligationId
    | RegionLength
    | TaskLength
    | ObligationLength

/// What evaluating an action touched.
[<NoComparison>]
type Footprint =
    {
        /// Places whose content the rule asked for.
        Reads: Set<Place>
        /// Places the rule replaced or added.
        Writes: Set<Place>
    }

/// A persistent store that keeps account of what is read and written, for the length of one step.
[<Struct; NoEquality; NoComparison>]
type internal FootprintStore =
    { Inner: StateStore
      Reads: HashSet<Place>
      Writes: HashSet<Place> }

    interface IStore<FootprintStore> with
        member this.Limits = this.Inner.Current.Limits
        member this.Holds(premise) = premise <> this.Inner.Dropped
        member this.IsHonest = this.Inner.Dropped = Premise.None
        member this.HasRegion(id) = this.Inner.Current.HasRegion id
        member this.HasTask(id) = this.Inner.Current.HasTask id
        member this.HasObligation(id) = this.Inner.Current.HasObligation id

        member this.RegionCount =
            this.Reads.Add RegionLength |> ignore
            this.Inner.Current.RegionCount

        member this.TaskCount =
            this.Reads.Add TaskLength |> ignore
            this.Inner.Current.TaskCount

        member this.ObligationCount =
            this.Reads.Add ObligationLength |> ignore
            this.Inner.Current.ObligationCount

        member this.Region(id) =
            this.Reads.Add(OfRegion id) |> ignore
            &this.Inner.Current.Region id

        member this.Task(id) =
            this.Reads.Add(OfTask id) |> ignore
            &this.Inner.Current.Task id

        member this.Obligation(id) =
            this.Reads.Add(OfObligation id) |> ignore
            &this.Inner.Current.Obligation id

        member this.ChangeRegion(id, change) =
            this.Reads.Add(OfRegion id) |> ignore
            this.Writes.Add(OfRegion id) |> ignore

            { Inner = (this.Inner :> IStore<StateStore>).ChangeRegion(id, change)
              Reads = this.Reads
              Writes = this.Writes }

        member this.AddRegion(id, birth) =
            this.Writes.Add(OfRegion id) |> ignore

            if int64 id > this.Inner.Current.RegionCount then
                this.Writes.Add RegionLength |> ignore

            { Inner = (this.Inner :> IStore<StateStore>).AddRegion(id, birth)
              Reads = this.Reads
              Writes = this.Writes }

        member this.ChangeTask(id, change) =
            this.Reads.Add(OfTask id) |> ignore
            this.Writes.Add(OfTask id) |> ignore

            { Inner = (this.Inner :> IStore<StateStore>).ChangeTask(id, change)
              Reads = this.Reads
              Writes = this.Writes }

        member this.AddTask(id, birth) =
            this.Writes.Add(OfTask id) |> ignore

            if int64 id > this.Inner.Current.TaskCount then
                this.Writes.Add TaskLength |> ignore

            { Inner = (this.Inner :> IStore<StateStore>).AddTask(id, birth)
              Reads = this.Reads
              Writes = this.Writes }

        member this.ChangeObligation(id, change) =
            this.Reads.Add(OfObligation id) |> ignore
            this.Writes.Add(OfObligation id) |> ignore

            { Inner = (this.Inner :> IStore<StateStore>).ChangeObligation(id, change)
              Reads = this.Reads
              Writes = this.Writes }

        member this.AddObligation(id, birth) =
            this.Writes.Add(OfObligation id) |> ignore

            if int64 id > this.Inner.Current.ObligationCount then
                this.Writes.Add ObligationLength |> ignore

            { Inner = (this.Inner :> IStore<StateStore>).AddObligation(id, birth)
              Reads = this.Reads
              Writes = this.Writes }

        member this.Emit(_) = this

        member this.Entail(_) = this

/// Which enabled actions commute (docs/semantics.md, section 9). Nothing else decides this.
[<RequireQualifiedAccess>]
module Independence =

    /// What the action touches in the state, or the refusal when it is not enabled there.
    let footprint (state: State) (action: Action) : Result<Footprint, Refusal> =
        let store =
            { Inner = { Current = state; Dropped = Premise.None }
              Reads = HashSet()
              Writes = HashSet() }

        match Step.apply store action with
        | Error refusal -> Error refusal
        | Ok _ -> Ok { Reads = Set.ofSeq store.Reads; Writes = Set.ofSeq store.Writes }

    /// True when neither writes what the other reads or writes.
    let disjoint (a: Footprint) (b: Footprint) =
        Set.isEmpty (Set.intersect a.Writes b.Reads)
        && Set.isEmpty (Set.intersect a.Writes b.Writes)
        && Set.isEmpty (Set.intersect a.Reads b.Writes)

    /// True when both actions are enabled in the state and independent there.
    let independent (state: State) (a: Action) (b: Action) =
        match footprint state a, footprint state b with
        | Ok first, Ok second -> disjoint first second
        | _ -> false
