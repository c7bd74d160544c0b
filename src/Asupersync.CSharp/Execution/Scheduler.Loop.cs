namespace Asupersync;

/// <content>The loop.</content>
internal sealed partial class Scheduler
{
    private long _lostPosts;

    /// <summary>
    /// Does one thing: drains what was posted, or polls one strand, or fires what is due. False when there is nothing
    /// to do.
    /// </summary>
    /// <remarks>
    /// For a driver that called <see cref="Enter"/>. It never waits, and never calls <see cref="OnStalled"/>.
    /// </remarks>
    internal bool RunOnce()
    {
        if (_inbox.IsSignaled)
        {
            Drain();
            return true;
        }

        if (_lanes.TryDequeue(out Strand? strand))
        {
            PollOne(strand);
            return true;
        }

        return FireDue();
    }

    /// <summary>Fires the timers that are due. False when there were none.</summary>
    internal bool FireDue()
    {
        _pollsSinceTimerCheck = 0;
        Moment = MomentNow();
        if (Timers.FireDue() == 0)
        {
            return false;
        }

        _stallTold = false;
        return true;
    }

    private void Loop()
    {
        while (true)
        {
            if (_inbox.IsSignaled)
            {
                Drain();
                if (_abandoning)
                {
                    Abandon();
                    return;
                }
            }

            if (_lanes.TryDequeue(out Strand? strand))
            {
                PollOne(strand);
                if (_pollsSinceTimerCheck >= PollsPerTimerCheck)
                {
                    FireDue();
                }

                continue;
            }

            if (FireDue() || !_lanes.IsEmpty)
            {
                continue;
            }

            if (_stopping)
            {
                if (_inbox.TryStop())
                {
                    return;
                }

                continue;
            }

            if (!_stallTold && IsStalled)
            {
                _stallTold = true;
                OnStalled?.Invoke(this);
                continue;
            }

            if (ForeignOutstanding + InputOutstanding == 0 || !_alarm.Watch())
            {
                _alarm.Sleep();
                Moment = MomentNow();
            }
        }
    }

    private void PollOne(Strand strand)
    {
        _stallTold = false;
        _pollsSinceTimerCheck++;
        Polls++;
        Polling = strand;
        strand.PolledAt = Moment;
        strand.Poll();
        Polling = null;
    }

    private void Drain()
    {
        _stallTold = false;
        _inbox.BeginDrain();
        for (int i = 0; i < EntriesPerDrain; i++)
        {
            if (!_inbox.TryTake(out Inbox.Entry entry))
            {
                return;
            }

            if (entry.Strand is { } strand)
            {
                strand.AddReady(entry.Item);
            }
            else
            {
                Call((Action<object?>)entry.Item, entry.State);
            }
        }

        // A full round: the strands get their turn before the rest.
        _inbox.Signal();
    }

    private void Call(Action<object?> callback, object? state)
    {
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            Report(exception);
        }
        finally
        {
            ExecutionContext.Restore(BaseContext);
            SynchronizationContext.SetSynchronizationContext(null);
        }
    }

    private void Abandon()
    {
        while (!_inbox.TryStop())
        {
            _inbox.BeginDrain();
        }
    }

    private bool Send(Inbox.Entry entry)
    {
        if (_inbox.TryPost(entry))
        {
            return true;
        }

        Interlocked.Increment(ref _lostPosts);
        return false;
    }

    /// <summary>The calling thread as the scheduler's thread; disposing gives the thread back as it was.</summary>
    internal readonly struct Entered : IDisposable
    {
        private readonly Scheduler _scheduler;
        private readonly Scheduler? _outer;
        private readonly Strand? _outerStrand;
        private readonly ExecutionContext _outerFlow;
        private readonly SynchronizationContext? _outerContext;

        internal Entered(Scheduler scheduler)
        {
            _scheduler = scheduler;
            _outer = _active;
            _outerStrand = Strand.Exchange(null);
            _outerFlow = FlowContext.Capture();
            _outerContext = SynchronizationContext.Current;
            _active = scheduler;
            scheduler.BaseContext = _outerFlow;
            SynchronizationContext.SetSynchronizationContext(null);
        }

        public void Dispose()
        {
            _active = _outer;
            Strand.Exchange(_outerStrand);
            ExecutionContext.Restore(_outerFlow);
            SynchronizationContext.SetSynchronizationContext(_outerContext);
            Volatile.Write(ref _scheduler._started, 0);
        }
    }
}
