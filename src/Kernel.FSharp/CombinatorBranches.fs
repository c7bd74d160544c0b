namespace Asupersync.Kernel

/// Where a branch is.
type BranchPhase =
    | Waiting = 0
    | Running = 1
    | Ended = 2

/// One branch of a combinator.
[<Struct>]
type CombinatorBranch =
    {
        /// Where it is.
        Phase: BranchPhase
        /// Severity.None until it ended.
        Outcome: Severity
        /// The kind of the cancellation that it was asked for.
        Asked: CancelKind voption
    }

/// The branches of a call, numbered from 1, with what its guards ask of all of them kept up to date: a call may have a hundred thousand.
/// They are immutable for searches, which go back. A driver that goes forward only has them in place: a change then is one of these
/// branches themselves, and whoever had them before has the changed ones.
[<Sealed>]
type CombinatorBranches
    private
    (
        shared: PersistentVector<CombinatorBranch>,
        own: CombinatorBranch[],
        runningNow: int,
        endedNow: int,
        firstWaitingNow: int
    ) =

    let mutable running = runningNow
    let mutable ended = endedNow
    let mutable firstWaiting = firstWaitingNow

    static let waiting =
        { Phase = BranchPhase.Waiting
          Outcome = Severity.None
          Asked = ValueNone }

    static let count phase (branch: CombinatorBranch) = if branch.Phase = phase then 1 else 0

    /// So many branches, none of which has been spawned.
    static member Waiting(count: int) =
        CombinatorBranches(PersistentVector.Replicate(max 0 count, waiting), null, 0, 0, 1)

    /// The same in place.
    static member WaitingInPlace(count: int) =
        CombinatorBranches(PersistentVector.Empty, Array.create (max 0 count) waiting, 0, 0, 1)

    /// How many there are.
    member _.Count = if isNull own then int shared.Count else own.Length

    /// The branch with a number that exists.
    member _.Item(number: int) =
        if isNull own then shared[int64 (number - 1)] else own[number - 1]

    /// Whether some branch runs.
    member _.AnyRuns = running > 0

    /// Whether every branch has ended.
    member this.AllEnded = ended = this.Count

    /// Whether no branch before this one waits to be spawned.
    member this.NoneWaitsBefore(number: int) =
        firstWaiting >= number || firstWaiting > this.Count

    /// All of them, the first first.
    member this.ToList() =
        [ for number in 1 .. this.Count -> this[number] ]

    /// The same with another branch under a number that exists.
    member this.With(number: int, branch: CombinatorBranch) =
        let old = this[number]

        let changed =
            if isNull own then
                CombinatorBranches(shared.With(int64 (number - 1), branch), null, running, ended, firstWaiting)
            else
                own[number - 1] <- branch
                this

        changed.Recount(old, branch)
        changed

    member private this.Recount(old: CombinatorBranch, branch: CombinatorBranch) =
        running <- running - count BranchPhase.Running old + count BranchPhase.Running branch
        ended <- ended - count BranchPhase.Ended old + count BranchPhase.Ended branch

        if branch.Phase <> BranchPhase.Waiting then
            while firstWaiting <= this.Count && this[firstWaiting].Phase <> BranchPhase.Waiting do
                firstWaiting <- firstWaiting + 1

    /// The same, where everything that runs was asked.
    member this.Ask(kind: CancelKind) =
        let mutable after = this

        if running > 0 then
            for number in 1 .. this.Count do
                let branch = this[number]

                if branch.Phase = BranchPhase.Running then
                    after <- after.With(number, { branch with Asked = ValueSome kind })

        after

    /// Whether the branches are the same.
    override this.Equals(other) =
        match other with
        | :? CombinatorBranches as branches -> this.ToList() = branches.ToList()
        | _ -> false

    /// A hash of the branches.
    override this.GetHashCode() = hash (this.ToList())
