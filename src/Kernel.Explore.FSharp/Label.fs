namespace Asupersync.Kernel.Explore

open Asupersync.Kernel

/// Actions in words: the rule with its arguments, exactly as TLC prints the step it took.
[<RequireQualifiedAccess>]
module Label =

    /// A task or region: &lt;&lt;"t", 1&gt;&gt;.
    let internal target (value: Target) =
        if value.IsRegion then
            $"<<\"r\", {value.RegionId}>>"
        else
            $"<<\"t\", {value.TaskId}>>"

    /// Start(1), CancelRequest(0,&lt;&lt;"t", 1&gt;&gt;,"User"). What the model has no argument for is left out: budgets, and
    /// all of a reason but its kind.
    let text (action: Action) =
        match action with
        | Spawn(task, region, child, _) -> $"Spawn({task},{region},{child})"
        | Start task -> $"Start({task})"
        | Complete(task, outcome) -> $"Complete({task},\"{outcome.Severity}\")"
        | CancelRequest(by, aim, reason) -> $"CancelRequest({by},{target aim},\"{reason.Kind}\")"
        | Checkpoint task -> $"Checkpoint({task})"
        | CheckpointMasked task -> $"CheckpointMasked({task})"
        | MaskEnter(task, units) -> $"MaskEnter({task},{units})"
        | MaskExit task -> $"MaskExit({task})"
        | Drain task -> $"Drain({task})"
        | Finalize task -> $"Finalize({task})"
        | ChargePoll task -> $"ChargePoll({task})"
        | ChargeCost(task, cost) -> $"ChargeCost({task},{cost})"
        | Reserve(task, obligation, kind) -> $"Reserve({task},{obligation},\"{kind}\")"
        | Commit(task, obligation) -> $"Commit({task},{obligation})"
        | Abort(task, obligation) -> $"Abort({task},{obligation})"
        | Transfer(task, obligation, receiver) -> $"Transfer({task},{obligation},{receiver})"
        | OpenRegion(task, region, body, policy, _) -> $"OpenRegion({task},{region},{body},\"{policy}\")"
        | Defer task -> $"Defer({task})"
        | CloseBegin region -> $"CloseBegin({region})"
        | CloseCancelChildren region -> $"CloseCancelChildren({region})"
        | CloseChildrenDone region -> $"CloseChildrenDone({region})"
        | CloseRunFinalizer(region, finalizer) -> $"CloseRunFinalizer({region},{finalizer})"
        | CloseComplete region -> $"CloseComplete({region})"
        | JoinBlock(waiter, task) -> $"JoinBlock({waiter},{task})"
        | JoinReady(waiter, aim) -> $"JoinReady({waiter},{target aim})"

    /// The rule at the head of a label.
    let rule (label: string) =
        match label.IndexOf '(' with
        | -1 -> label
        | opening -> label.Substring(0, opening)
