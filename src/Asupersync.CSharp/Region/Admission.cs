namespace Asupersync;

/// <summary>
/// Decides whether the kernel is asked for a step that adds to a region with limits; whether the step is taken the kernel alone decides
/// (docs/semantics.md, Admission beside Σ). From any thread. No code of the program and no other lock is entered under this one.
/// </summary>
internal sealed class Admission(RegionCell region, RegionLimits limits)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<AdmissionWait> _waiting = new();
    private long _tasks;
    private long _subregions;
    private long _obligations;
    private bool _closed;

    /// <summary>A place for a child. True when one was taken; false when the region is closing, so that the kernel has the word.</summary>
    /// <exception cref="RegionLimitException">There is none.</exception>
    internal bool EnterTask() =>
        TryEnterTask() ?? throw AdmissionErrors.Full(region, RegionLimit.Tasks, limits.Tasks!.Value);

    /// <summary>A place for a child, or the wait for one: the wait gives true with a place, false when the region is closing.</summary>
    internal (bool Taken, AdmissionWait? Wait) AwaitTask(TaskCell spawner)
    {
        lock (_gate)
        {
            if (TryEnterTask() is { } taken)
            {
                return (taken, null);
            }

            if (limits.Tasks == 0)
            {
                throw AdmissionErrors.Full(region, RegionLimit.Tasks, 0);
            }

            var wait = new AdmissionWait(this, spawner);
            wait.Place = _waiting.AddLast(wait);
            return (false, wait);
        }
    }

    /// <summary>A child has ended, or was not added: its place goes to who waits longest.</summary>
    internal void LeaveTask()
    {
        while (true)
        {
            AdmissionWait next;
            lock (_gate)
            {
                if (_waiting.First is not { } first)
                {
                    _tasks--;
                    return;
                }

                next = first.Value;
                TakeOut(next);
            }

            if (next.Give(true))
            {
                return;
            }
        }
    }

    /// <summary>A place for a region opened by one of this region's tasks.</summary>
    internal void EnterSubregion()
    {
        lock (_gate)
        {
            Enter(ref _subregions, limits.Subregions, RegionLimit.Subregions);
        }
    }

    internal void LeaveSubregion()
    {
        lock (_gate)
        {
            _subregions--;
        }
    }

    /// <summary>A place for an obligation that this task is to hold.</summary>
    internal void EnterObligation(TaskCell holder)
    {
        lock (_gate)
        {
            Enter(ref _obligations, limits.Obligations, RegionLimit.Obligations);
            holder.Rare.Admitted++;
        }
    }

    /// <summary>An obligation of this task was resolved, or not reserved.</summary>
    internal void LeaveObligation(TaskCell holder)
    {
        lock (_gate)
        {
            _obligations--;
            holder.Rare.Admitted--;
        }
    }

    /// <summary>A task of the region ended, and with it what it held.</summary>
    internal void LeaveObligations(TaskCell ended)
    {
        lock (_gate)
        {
            if (ended.RareOrNone is { } rare)
            {
                _obligations -= rare.Admitted;
                rare.Admitted = 0;
            }
        }
    }

    /// <summary>Obligations move between two tasks of the region.</summary>
    internal void Move(TaskCell from, TaskCell to)
    {
        lock (_gate)
        {
            from.Rare.Admitted--;
            to.Rare.Admitted++;
        }
    }

    /// <summary>The region is no longer open: who waits for a place hears it from the kernel.</summary>
    internal void Close()
    {
        AdmissionWait[] waiting;
        lock (_gate)
        {
            _closed = true;
            if (_waiting.Count == 0)
            {
                return;
            }

            waiting = [.. _waiting];
            Array.ForEach(waiting, TakeOut);
        }

        foreach (AdmissionWait wait in waiting)
        {
            wait.Give(false);
        }
    }

    /// <summary>A wait was ended by a request to cancel.</summary>
    internal void GiveUp(AdmissionWait wait)
    {
        lock (_gate)
        {
            TakeOut(wait);
        }
    }

    /// <summary>What a task that waits here is said to do.</summary>
    /// <returns>Words.</returns>
    public override string ToString() => $"waits to be admitted to {region}";

    private bool? TryEnterTask()
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (limits.Tasks is { } most && _tasks >= most)
            {
                return null;
            }

            _tasks++;
            return true;
        }
    }

    private void Enter(ref long count, int? most, RegionLimit limit)
    {
        if (count >= most)
        {
            throw AdmissionErrors.Full(region, limit, most.Value);
        }

        count++;
    }

    private void TakeOut(AdmissionWait wait)
    {
        if (wait.Place is { } place)
        {
            wait.Place = null;
            _waiting.Remove(place);
        }
    }
}
