namespace Asupersync;

/// <content>The loop.</content>
internal sealed partial class Worker
{
    /// <summary>
    /// Does one thing: drains what was posted, or polls one strand, or fires what is due. False when there is nothing
    /// to do.
    /// </summary>
    /// <remarks>
    /// For a driver that called <see cref="Enter"/>. It never waits, and never calls <see cref="Scheduler.OnStalled"/>.
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
            Tidy();
            return true;
        }

        return FireDue();
    }

    /// <summary>Fires the timers that are due. False when there were none.</summary>
    internal bool FireDue()
    {
        Tidy();
        _pollsSinceTimerCheck = 0;
        Moment = Scheduler.MomentNow();
        if (!Scheduler.FireTimers())
        {
            return false;
        }

        NoteMotion();
        return true;
    }

    private void NoteMotion()
    {
        _stallTold = false;
        Scheduler.NoteMotion();
    }

    private void Loop()
    {
        Volatile.Write(ref _rests, false);
        while (true)
        {
            Volatile.Write(ref _rounds, _rounds + 1);
            if (_inbox.IsSignaled)
            {
                Drain();
                if (Scheduler.IsAbandoning)
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

                if (Scheduler.Concurrent)
                {
                    Scheduler.ShareWork(_lanes, ref _backlog);
                }

                continue;
            }

            if (FireDue() || !_lanes.IsEmpty || Scheduler.TrySteal(this, _lanes))
            {
                continue;
            }

            if (Scheduler.IsStopping)
            {
                if (_inbox.TryStop())
                {
                    return;
                }

                continue;
            }

            Rest();
        }
    }

    /// <summary>Sleeps until there may be something to do.</summary>
    private void Rest()
    {
        if (Scheduler.Concurrent)
        {
            Volatile.Write(ref _rests, true);
            bool standsStill = Scheduler.Rest(this);
            Volatile.Write(ref _rests, false);
            Interlocked.MemoryBarrier();
            _hasRested = true;
            if (standsStill)
            {
                Scheduler.OnStalled?.Invoke(Scheduler);
            }

            return;
        }

        if (!_stallTold && Scheduler.IsStalled)
        {
            _stallTold = true;
            Scheduler.OnStalled?.Invoke(Scheduler);
        }
        else if (Scheduler.ForeignOutstanding + Scheduler.InputOutstanding == 0 || !_alarm.Watch())
        {
            _alarm.Sleep();
            Moment = Scheduler.MomentNow();
        }
    }

    /// <summary>Sleeps until a signal or the next timer, at most so many milliseconds.</summary>
    internal void Sleep(int atMost)
    {
        _alarm.Sleep(atMost);
        Moment = Scheduler.MomentNow();
    }

    /// <summary>Sleeps until a signal, at most so many milliseconds.</summary>
    internal void SleepWithoutTimers(int atMost)
    {
        if (!_alarm.Watch())
        {
            _inbox.Park(atMost);
            Moment = Scheduler.MomentNow();
        }
    }

    private void EndRest()
    {
        if (_hasRested)
        {
            _hasRested = false;
            Scheduler.HandTimeOver();
        }
    }

    /// <summary>What the last poll left on this thread for the next one is not for others.</summary>
    private void Tidy()
    {
        if (_isUntidy)
        {
            _isUntidy = false;
            Strand.Leave();
        }
    }

    private void PollOne(Strand strand)
    {
        _isUntidy = true;
        EndRest();
        NoteMotion();
        _pollsSinceTimerCheck++;
        Polls++;
        Polling = strand;
        if (Scheduler.Concurrent)
        {
            Scheduler.NotePoll(this);
        }

        strand.PolledAt = Moment;
        strand.Poll(this);
        Polling = null;
    }

    private void Drain()
    {
        Tidy();
        NoteMotion();
        _inbox.BeginDrain();
        for (int i = 0; i < EntriesPerDrain; i++)
        {
            if (!_inbox.TryTake(out Inbox.Entry entry))
            {
                return;
            }

            Take(entry);
        }

        // A full round: the strands get their turn before the rest.
        _inbox.Signal();
    }

    /// <summary>
    /// Takes over what was sent to a worker that is stuck in a poll, except for strands that only that one may poll. On this worker's
    /// thread; false when there was nothing.
    /// </summary>
    internal bool TakeSentTo(Worker stuck)
    {
        bool found = false;
        for (int i = stuck._inbox.Count; i > 0 && stuck._inbox.TryTake(out Inbox.Entry entry); i--)
        {
            if (entry.Strand?.Home == stuck)
            {
                stuck._inbox.TryPost(entry);
            }
            else
            {
                found = true;
                Take(entry);
            }
        }

        return found;
    }

    private void Take(in Inbox.Entry entry)
    {
        if (entry.Strand is not { } strand)
        {
            lock (Scheduler.Callbacks)
            {
                Call((Action<object?>)entry.Item!, entry.State);
            }
        }
        else if (entry.Item is { } item)
        {
            strand.AddReady(item);
        }
        else
        {
            _lanes.Enqueue(strand);
        }
    }

    private void Call(Action<object?> callback, object? state)
    {
        EndRest();
        try
        {
            callback(state);
        }
        catch (Exception exception)
        {
            Scheduler.Report(exception);
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
}
