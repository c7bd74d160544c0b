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
[<Sealed>]
type CombinatorBranches
    internal (branches: PersistentVector<CombinatorBranch>, running: int, ended: int, firstWaiting: int) =

    static let count phase (branch: CombinatorBranch) = if branch.Phase = phase then 1 else 0

    /// So many branches, none of which has been spawned.
    static member Waiting(count: int) =
        let waiting =
            { Phase = BranchPhase.Waiting
              Outcome = Severity.None
              Asked = ValueNone }

        CombinatorBranches(PersistentVector.Replicate(max 0 count, waiting), 0, 0, 1)

    /// How many there are.
    member _.Count = int branches.Count

    /// The branch with a number that exists.
    member _.Item(number: int) = branches[int64 (number - 1)]

    /// Whether some branch runs.
    member _.AnyRuns = running > 0

    /// Whether every branch has ended.
    member _.AllEnded = ended = int branches.Count

    /// Whether no branch before this one waits to be spawned.
    member _.NoneWaitsBefore(number: int) =
        firstWaiting >= number || firstWaiting > int branches.Count

    /// All of them, the first first.
    member _.ToList() =
        [ for index in 0L .. branches.Count - 1L -> branches[index] ]

    /// The same with another branch under a number that exists.
    member this.With(number: int, branch: CombinatorBranch) =
        let old = this[number]
        let after = branches.With(int64 (number - 1), branch)
        let mutable first = firstWaiting

        if branch.Phase <> BranchPhase.Waiting then
            while int64 first <= after.Count
                  && after[int64 (first - 1)].Phase <> BranchPhase.Waiting do
                first <- first + 1

        CombinatorBranches(
            after,
            running - count BranchPhase.Running old + count BranchPhase.Running branch,
            ended - count BranchPhase.Ended old + count BranchPhase.Ended branch,
            first
        )

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
