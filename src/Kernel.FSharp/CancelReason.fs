namespace Asupersync.Kernel

open System
open System.Text

/// Why something is cancelled. The order of declaration is the "kind order" of docs/semantics.md; severity is asked of
/// <see cref="M:Asupersync.Kernel.CancelKinds.tier"/> only.
type CancelKind =
    /// Somebody asked.
    | User = 0
    /// A timeout combinator ran out.
    | Timeout = 1
    /// The deadline of a task or region passed.
    | Deadline = 2
    /// The quota of polls is spent.
    | PollQuota = 3
    /// The quota of cost is spent.
    | CostBudget = 4
    /// A sibling failed.
    | FailFast = 5
    /// Another branch of a race won.
    | RaceLost = 6
    /// A linked task ended.
    | LinkedExit = 7
    /// What owns this was cancelled.
    | ParentCancelled = 8
    /// Something it needs is gone.
    | ResourceUnavailable = 9
    /// The runtime shuts down.
    | Shutdown = 10

/// Tiers and allowances of the cancel kinds (docs/semantics.md, Cancel reason).
[<RequireQualifiedAccess>]
module CancelKinds =

    /// Every kind, in kind order.
    let all = [ for ordinal in 0..10 -> enum<CancelKind> ordinal ]

    /// The severity tier of a kind, 0 (mildest) to 5.
    let tier kind =
        match kind with
        | CancelKind.User -> 0
        | CancelKind.Timeout
        | CancelKind.Deadline -> 1
        | CancelKind.PollQuota
        | CancelKind.CostBudget -> 2
        | CancelKind.FailFast
        | CancelKind.RaceLost
        | CancelKind.LinkedExit -> 3
        | CancelKind.ParentCancelled
        | CancelKind.ResourceUnavailable -> 4
        | _ -> 5

    /// The clean-up polls a kind allows unless <see cref="T:Asupersync.Kernel.Limits"/> say otherwise.
    let defaultAllowance kind =
        match tier kind with
        | 0 -> 1000
        | 1 -> 500
        | 2 -> 300
        | 5 -> 50
        | _ -> 200

/// The words of a reason.
module internal CancelWords =

    /// A lone half of a surrogate pair becomes U+FFFD: a trace could not hold it, so its replay would be of another reason.
    let wellFormed (message: string) =
        if isNull message then
            ""
        elif String.exists Char.IsSurrogate message then
            Encoding.UTF8.GetString(Encoding.UTF8.GetBytes message)
        else
            message

/// A cancel reason: what kind, who asked, when, a message for people, and the reason behind it. Immutable; null stands for
/// "no reason". Ordered by strength, a total order, so that strengthening is associative, commutative and idempotent.
[<Sealed; AllowNullLiteral>]
type CancelReason
    private (kind: CancelKind, region: RegionId, task: TaskId, at: int64, message: string, cause: CancelReason) =

    let root = if isNull cause then kind else cause.RootKind
    let depth = if isNull cause then 1 else cause.Depth + 1

    let fingerprint =
        let mix (h: uint64) (v: uint64) =
            let x = (h ^^^ v) * 0x9E3779B97F4A7C15UL
            x ^^^ (x >>> 29)

        let seed = mix (mix (mix 0x51UL (uint64 (int kind))) (uint64 (int64 region))) (uint64 (int64 task))
        let timed = mix seed (uint64 at)
        let mutable worded = timed

        for character in message do
            worded <- mix worded (uint64 character)

        mix worded (if isNull cause then 0UL else cause.Fingerprint)

    /// The kind asked for.
    member _.Kind = kind

    /// The region the request came from, 0 for the environment.
    member _.Region = region

    /// The task the request came from, 0 for the environment.
    member _.Task = task

    /// When it was asked, in ticks of the runtime's clock.
    member _.At = at

    /// Words for people; never null.
    member _.Message = message

    /// The reason behind this one, or null.
    member _.Cause = cause

    /// The kind at the bottom of the cause chain: it sets the clean-up allowance (D7).
    member _.RootKind: CancelKind = root

    /// How many reasons the chain holds, this one included.
    member _.Depth: int = depth

    /// A hash of the whole chain that is the same in every process.
    member _.Fingerprint: uint64 = fingerprint

    /// A reason of its own. <paramref name="message"/> may be null; a lone half of a surrogate pair in it becomes U+FFFD.
    static member Create
        (kind: CancelKind, region: RegionId, task: TaskId, at: int64, message: string, cause: CancelReason)
        =
        CancelReason(kind, region, task, at, CancelWords.wellFormed message, cause)

    /// A reason without time, message or cause.
    static member Of(kind: CancelKind, region: RegionId, task: TaskId) =
        CancelReason(kind, region, task, 0L, "", null)

    /// What <paramref name="cause"/> looks like one region further down, having passed through the owner <paramref name="task"/>
    /// in <paramref name="region"/>.
    static member Below(cause: CancelReason, region: RegionId, task: TaskId) =
        CancelReason(CancelKind.ParentCancelled, region, task, (if isNull cause then 0L else cause.At), "", cause)

    /// Below 0 when <paramref name="left"/> is the weaker. Walks both chains at once and keeps the deepest difference of
    /// time, place or words, since a cause outweighs them; a loop, because chains may be a million deep.
    static member Strength(left: CancelReason, right: CancelReason) : int =
        let mutable a = left
        let mutable b = right
        let mutable detail = 0
        let mutable verdict = 0
        let mutable decided = false

        while not decided do
            if obj.ReferenceEquals(a, b) then
                verdict <- detail
                decided <- true
            elif isNull a then
                verdict <- -1
                decided <- true
            elif isNull b then
                verdict <- 1
                decided <- true
            else
                let byKind = compare (CancelKinds.tier a.Kind, int a.Kind) (CancelKinds.tier b.Kind, int b.Kind)

                if byKind <> 0 then
                    verdict <- byKind
                    decided <- true
                else
                    let here =
                        if a.At <> b.At then compare b.At a.At
                        elif a.Region <> b.Region then compare b.Region a.Region
                        elif a.Task <> b.Task then compare b.Task a.Task
                        else String.CompareOrdinal(b.Message, a.Message)

                    if here <> 0 then
                        detail <- here

                    a <- a.Cause
                    b <- b.Cause

        verdict

    /// The stronger of the two; null counts as none. On a tie (then both are equal) the left one.
    static member Strengthen(left: CancelReason, right: CancelReason) =
        if CancelReason.Strength(left, right) >= 0 then left else right

    override this.Equals(other) =
        match other with
        | :? CancelReason as reason -> CancelReason.Strength(this, reason) = 0
        | _ -> false

    override _.GetHashCode() = int fingerprint

    /// The kind, with its chain: ParentCancelled from t1@r1 &lt;- User from environment "stop".
    override _.ToString() =
        let place = if task = 0L<taskId> then "environment" else $"t{task}@r{region}"
        let words = if message = "" then "" else $" \"{message}\""

        let rest =
            if isNull cause then ""
            elif depth > 16 then $" <- ... {depth - 1} more"
            else $" <- {cause}"

        $"{kind} from {place}{words}{rest}"

    interface IComparable with
        member this.CompareTo(other) =
            match other with
            | :? CancelReason as reason -> CancelReason.Strength(this, reason)
            | _ -> 1
