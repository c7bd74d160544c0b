using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A retired region reads as closed.</summary>
internal readonly struct RegionBurial : IBurial<RegionRecord>
{
    public void Bury(ref RegionRecord record)
    {
        record.Owner = 0;
        record.Body = 1;
        record.Phase = RegionPhase.Closed;
        record.Reason = null;
        record.External = false;
        record.Trigger = 0;
        record.Policy = Policy.FailFast;
        record.Finalizers = 0;
        record.Outcome = OutcomeModule.ok;
        record.Budget = BudgetModule.unlimited;
        record.Live = 0;
        record.FirstTask = 0;
        record.LastTask = 0;
    }
}

/// <summary>A retired task reads as over, and its outcome as taken.</summary>
internal readonly struct TaskBurial : IBurial<TaskRecord>
{
    public void Bury(ref TaskRecord record)
    {
        record.Region = 1;
        record.Role = Role.Child;
        record.Phase = TaskPhase.Completed;
        record.Started = true;
        record.Waits = Target.None;
        record.Mask = 0;
        record.Depth = 0;
        record.Reason = null;
        record.Echo = false;
        record.Polls = 0;
        record.Cost = 0;
        record.Cleanup = 0;
        record.Outcome = OutcomeModule.ok;
        record.Observed = true;
        record.Deadline = Quota.NoDeadline;
        record.Priority = 0;
        record.PreviousTask = 0;
        record.NextTask = 0;
        record.FirstWaiter = 0;
        record.LastWaiter = 0;
        record.PreviousWaiter = 0;
        record.NextWaiter = 0;
        record.FirstHeld = 0;
        record.LastHeld = 0;
    }
}

/// <summary>A retired obligation reads as resolved.</summary>
internal readonly struct ObligationBurial : IBurial<ObligationRecord>
{
    public void Bury(ref ObligationRecord record)
    {
        record.Kind = ObligationKind.SendPermit;
        record.Holder = 0;
        record.Phase = ObligationPhase.Committed;
        record.PreviousHeld = 0;
        record.NextHeld = 0;
    }
}
