namespace Asupersync.Kernel

/// The three lanes of a scheduler, most urgent first.
type Lane =
    /// Nothing to dispatch.
    | None = 0
    /// Tasks with a cancel request, first in, first out.
    | Cancel = 1
    /// Tasks with a deadline, earliest first.
    | Timed = 2
    /// All others, first in, first out.
    | Ready = 3

/// What has been dispatched in the present service cycle.
[<Struct>]
type Cycle =
    {
        /// Cancel dispatches since the cycle began.
        Cancels: int
        /// Timed dispatches since the cycle began.
        Timed: int
    }

/// Which lane is served next: a policy that chooses among enabled work and knows nothing of tasks and regions. In one
/// cycle at most <c>cancelLimit</c> cancel and <c>timedLimit</c> timed dispatches go before one ready dispatch, so that something
/// other than a cancel is dispatched within cancelLimit + 1 dispatches, and a ready task within cancelLimit + timedLimit + 1 a place in its lane.
[<RequireQualifiedAccess>]
module Lanes =

    /// Cancel dispatches a cycle, unless configured.
    [<Literal>]
    let DefaultCancelLimit = 16

    /// Timed dispatches a cycle, unless configured.
    [<Literal>]
    let DefaultTimedLimit = 8

    /// The beginning of a cycle.
    let fresh = { Cancels = 0; Timed = 0 }

    /// The lane a task belongs to.
    let ofTask (phase: TaskPhase) (deadline: int64) =
        if phase >= TaskPhase.CancelRequested then Lane.Cancel
        elif deadline <> Quota.NoDeadline then Lane.Timed
        else Lane.Ready

    /// choose limits cycle enabled = the lane to dispatch from, and the cycle after it. With no lane enabled: Lane.None.
    let choose cancelLimit timedLimit (cycle: Cycle) cancel timed ready : struct (Lane * Cycle) =
        let cancelTurn = cancel && cycle.Cancels < cancelLimit
        let timedTurn = timed && cycle.Timed < timedLimit

        if cancelTurn then
            struct (Lane.Cancel, { cycle with Cancels = cycle.Cancels + 1 })
        elif timedTurn then
            struct (Lane.Timed, { cycle with Timed = cycle.Timed + 1 })
        elif ready then
            struct (Lane.Ready, fresh)
        // The cycle restarts. With cancel first, its last turns and those of the new cycle would make 2 * cancelLimit in a row.
        elif timed then
            struct (Lane.Timed, { Cancels = 0; Timed = 1 })
        elif cancel then
            struct (Lane.Cancel, { Cancels = 1; Timed = 0 })
        else
            struct (Lane.None, cycle)
