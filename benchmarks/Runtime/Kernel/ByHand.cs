using Asupersync.Kernel;

namespace Asupersync.Benchmarks;

/// <summary>
/// Transfer and Complete as one would write them without a kernel: the guards, changes and effects of the rules, but no rule functions, no
/// store and no change structs.
/// </summary>
internal sealed class ByHand<TPlace>(TPlace place, StepContext context)
    where TPlace : struct, IPlace
{
    /// <summary>Transfer(t, o, u).</summary>
    /// <returns>The first guard that fails.</returns>
    internal Premise Transfer(long task, long id, long receiver)
    {
        if (!IsTask(receiver) || !IsTask(task))
        {
            return Premise.KnownTask;
        }

        if (id < 1 || id > place.Obligations)
        {
            return Premise.KnownObligation;
        }

        ref ObligationRecord obligation = ref place.Obligation(id);
        if (obligation.Phase != ObligationPhase.Reserved)
        {
            return Premise.IsReserved;
        }

        if (obligation.Holder != task)
        {
            return Premise.IsHolder;
        }

        ref TaskRecord holder = ref place.Task(task);
        if (
            !holder.Started
            || holder.Phase is not (TaskPhase.Running or TaskPhase.CancelRequested or TaskPhase.Cancelling)
        )
        {
            return Premise.TaskActive;
        }

        if (!holder.Waits.IsNone)
        {
            return Premise.TaskNotWaiting;
        }

        if (place.Task(receiver).Phase >= TaskPhase.Finalizing)
        {
            return Premise.ReceiverLive;
        }

        if (receiver == task)
        {
            return Premise.ReceiverDiffers;
        }

        RemoveHeld(ref holder, ref obligation, id);
        obligation = new ObligationRecord(obligation.Kind, receiver, obligation.Phase, 0, 0);
        AddHeld(ref place.Task(receiver), ref obligation, id);
        return Premise.None;
    }

    /// <summary>Complete(t, outcome), for tasks that do not fail.</summary>
    /// <returns>The first guard that fails.</returns>
    internal Premise Complete(long id, Kernel.Outcome outcome)
    {
        if (!IsTask(id))
        {
            return Premise.KnownTask;
        }

        ref TaskRecord task = ref place.Task(id);
        bool panicked = outcome.Severity == Severity.Panicked;
        if (
            !task.Started
            || (
                task.Phase is not (TaskPhase.Running or TaskPhase.CancelRequested or TaskPhase.Cancelling)
                && !(task.Phase == TaskPhase.Finalizing && panicked)
            )
        )
        {
            return Premise.TaskActive;
        }

        if (!task.Waits.IsNone)
        {
            return Premise.TaskNotWaiting;
        }

        bool cancelled = outcome.Severity == Severity.Cancelled;
        if (
            outcome.Severity is < Severity.Ok or > Severity.Panicked
            || cancelled == outcome.Reason is null
            || !(panicked || task.Phase is TaskPhase.Running or TaskPhase.CancelRequested)
        )
        {
            return Premise.OutcomeFitsPhase;
        }

        task.Phase = TaskPhase.Completed;
        task.Outcome = outcome;
        task.Waits = Target.None;
        task.Mask = 0;
        task.Depth = 0;
        ref RegionRecord region = ref place.Region(task.Region);
        region.Live--;
        Emit(EffectKind.TaskCompleted, id, 0);
        for (long waiter = task.FirstWaiter; waiter != 0; waiter = place.Task(waiter).NextWaiter)
        {
            Emit(EffectKind.Schedule, waiter, 0);
        }

        Emit(EffectKind.Advance, 0, task.Region);
        while (task.FirstHeld != 0)
        {
            ResolveHeld(ref task, id, outcome.Severity);
        }

        if (outcome.Severity is Severity.Err || panicked)
        {
            throw new NotSupportedException("No task of this benchmark fails.");
        }

        if (outcome.Severity <= Severity.Ok || (cancelled && task.Echo))
        {
            RemoveTask(ref region, ref task, id);
        }

        return Premise.None;
    }

    private bool IsTask(long id) => id >= 1 && id <= place.Tasks;

    private void Emit(EffectKind kind, long task, long region, long number = 0) =>
        context.Effects.Add(new Effect(kind, task, region, number));

    private void ResolveHeld(ref TaskRecord task, long id, Severity severity)
    {
        long held = task.FirstHeld;
        ref ObligationRecord obligation = ref place.Obligation(held);
        bool leaked = severity <= Severity.Err;
        RemoveHeld(ref task, ref obligation, held);
        obligation.Phase = leaked ? ObligationPhase.Leaked : ObligationPhase.Aborted;
        context.Consequences.Add(new Consequence(leaked ? RuleName.Leak : RuleName.Abort, held, false));
        Emit(leaked ? EffectKind.Leaked : EffectKind.KernelAborted, id, 0, held);
    }

    // The lists are in order of identifier.
    private void AddHeld(ref TaskRecord holder, ref ObligationRecord obligation, long id)
    {
        long previous = holder.LastHeld;
        while (previous > id)
        {
            previous = place.Obligation(previous).PreviousHeld;
        }

        long next = previous == 0 ? holder.FirstHeld : place.Obligation(previous).NextHeld;
        obligation.PreviousHeld = previous;
        obligation.NextHeld = next;
        if (previous == 0)
        {
            holder.FirstHeld = id;
        }
        else
        {
            place.Obligation(previous).NextHeld = id;
        }

        if (next == 0)
        {
            holder.LastHeld = id;
        }
        else
        {
            place.Obligation(next).PreviousHeld = id;
        }
    }

    private void RemoveHeld(ref TaskRecord holder, ref ObligationRecord obligation, long id)
    {
        long previous = obligation.PreviousHeld;
        long next = obligation.NextHeld;
        if (previous != 0)
        {
            place.Obligation(previous).NextHeld = next;
        }
        else if (holder.FirstHeld == id)
        {
            holder.FirstHeld = next;
        }

        if (next != 0)
        {
            place.Obligation(next).PreviousHeld = previous;
        }
        else if (holder.LastHeld == id)
        {
            holder.LastHeld = previous;
        }

        obligation.PreviousHeld = 0;
        obligation.NextHeld = 0;
    }

    private void RemoveTask(ref RegionRecord region, ref TaskRecord task, long id)
    {
        long previous = task.PreviousTask;
        long next = task.NextTask;
        if (previous != 0)
        {
            place.Task(previous).NextTask = next;
        }
        else if (region.FirstTask == id)
        {
            region.FirstTask = next;
        }

        if (next != 0)
        {
            place.Task(next).PreviousTask = previous;
        }
        else if (region.LastTask == id)
        {
            region.LastTask = previous;
        }

        task.PreviousTask = 0;
        task.NextTask = 0;
    }
}
