namespace Asupersync;

/// <content>What the strand is suspended on: foreign awaits by number, its own waits one by one.</content>
internal partial class Strand
{
    private WorkSource? _wait;

    /// <summary>Foreign awaits that have not come back.</summary>
    internal int ForeignOutstanding { get; private set; }

    /// <summary>Interruptible waits armed at the moment.</summary>
    internal int ArmedWaits => (_wait is null ? 0 : 1) + (_extra?.Waits.Count ?? 0);

    /// <summary>
    /// Offers a cancel request to every interruptible wait of the strand and returns how many it ended. Scheduler
    /// thread only.
    /// </summary>
    internal int CancelWaits(object? reason)
    {
        int ended = 0;
        if (_wait is { } wait && wait.TryCancel(reason))
        {
            ended++;
        }

        for (int i = 0; i < _extra?.Waits.Count; i++)
        {
            if (_extra.Waits[i].TryCancel(reason))
            {
                ended++;
            }
        }

        return ended;
    }

    internal void Arm(WorkSource source)
    {
        if (_wait is null)
        {
            _wait = source;
            return;
        }

        List<WorkSource> waits = Extra.Waits;
        source.WaitIndex = waits.Count;
        waits.Add(source);
    }

    internal void Disarm(WorkSource source)
    {
        if (_wait == source)
        {
            _wait = null;
            return;
        }

        List<WorkSource> waits = _extra!.Waits;
        int index = source.WaitIndex;
        int last = waits.Count - 1;
        WorkSource moved = waits[last];
        waits[index] = moved;
        moved.WaitIndex = index;
        waits.RemoveAt(last);
    }

    /// <summary>The wait that a cancel request would end, or none; for reports.</summary>
    private protected StrandItem? InterruptibleWait => _wait;

    internal void BeginForeign(Type awaiter, StrandItem pending)
    {
        Owner?.OnForeignAwait(this, awaiter);
        Scheduler.ForeignAwaits.Count(awaiter);
        SuspendsOn(pending);
        ForeignOutstanding++;
        Scheduler.CountForeign(1);
    }

    /// <summary>The strand is about to suspend on an awaiter that is not ours; for reports.</summary>
    private protected virtual void SuspendsOn(StrandItem pending) { }

    internal void EndForeign()
    {
        ForeignOutstanding--;
        Scheduler.CountForeign(-1);
    }
}
