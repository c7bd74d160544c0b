namespace Asupersync;

/// <content>
/// Several workers: who rests, who is woken, and what is taken from whom. A strand that is put in line is seen either by the worker
/// that is about to rest, which looks once more after it has said so, or by whoever put it there, which then finds that worker resting.
/// </content>
internal sealed partial class Scheduler
{
    private const int FirstLook = 2;
    private const int LastLook = 64;

    private readonly Lock _restGate = new();
    private readonly List<Worker> _resting = [];
    private int _restingCount;
    private int _searching;
    private Worker? _keeper;
    private int _keeperLooks = 1;
    private bool _keeperIsBlind;
    private int _look = FirstLook;
    private bool _stallTold = true;

    /// <summary>Wakes a resting worker when there has been more in line here for a while than this worker can do next.</summary>
    internal void ShareWork(ILaneQueue lanes, ref Backlog backlog)
    {
        if (Volatile.Read(ref _restingCount) == 0 || Volatile.Read(ref _searching) != 0)
        {
            return;
        }

        if (!lanes.HasSurplus)
        {
            backlog.Forget();
        }
        else if (backlog.IsOld())
        {
            WakeOne();
        }
    }

    /// <summary>
    /// A worker begins to poll. Whoever sends it something from now on sees that; what was there before is behind this poll, and somebody
    /// has to see to it should the poll be long.
    /// </summary>
    internal void NotePoll(Worker worker)
    {
        if (Volatile.Read(ref _keeperLooks) == 0)
        {
            Interlocked.MemoryBarrier();
            if (!worker.IsIdle)
            {
                NoteWork();
            }
        }
    }

    /// <summary>Something waits behind a poll: somebody has to see it should that poll be long.</summary>
    internal void NoteWork()
    {
        if (Volatile.Read(ref _restingCount) == 0)
        {
            return;
        }

        if (Volatile.Read(ref _keeperLooks) == 0)
        {
            Volatile.Read(ref _keeper)?.Signal();
        }
    }

    /// <summary>A timer was set: if the worker that keeps time would sleep through it, it looks again.</summary>
    private void NoteTimer()
    {
        if (Concurrent)
        {
            Volatile.Read(ref _keeper)?.Signal();
        }
        else if (!IsCurrent)
        {
            _workers[0].Signal();
        }
    }

    /// <summary>Takes half of what is in line with some other worker. False when there is nothing to take.</summary>
    internal bool TrySteal(Worker thief, ILaneQueue lanes)
    {
        if (!Concurrent)
        {
            return false;
        }

        bool found = false;
        for (int i = 1; i < _workers.Length && !found; i++)
        {
            Worker victim = _workers[(thief.Index + i) % _workers.Length];
            bool stuck = victim.IsStuck;
            found = victim.MoveHalfTo(lanes, leaveOne: !stuck) || (stuck && thief.TakeSentTo(victim));
        }

        EndSearch(thief);
        return found;
    }

    /// <summary>Rests until there may be something to do. True when there never will be, and nobody was told so yet.</summary>
    internal bool Rest(Worker worker)
    {
        lock (_restGate)
        {
            _resting.Add(worker);
            Volatile.Write(ref _restingCount, _resting.Count);
        }

        Interlocked.MemoryBarrier();
        if (worker.IsSignaled || IsStopping || FindsWork(worker))
        {
            EndRest(worker);
            return false;
        }

        if (StandsStill())
        {
            EndRest(worker);
            return true;
        }

        if (Interlocked.CompareExchange(ref _keeper, worker, null) is { } keeper)
        {
            if (Volatile.Read(ref _keeperIsBlind) && Volatile.Read(ref _restingCount) == _workers.Length)
            {
                keeper.Signal(); // From now on it has to see to the timers.
            }

            worker.SleepWithoutTimers(Timeout.Infinite);
            EndRest(worker);
            return false;
        }

        Keep(worker);
        EndRest(worker);
        return false;
    }

    /// <summary>A worker polled something: it is not the same stillness any more.</summary>
    internal void NoteMotion()
    {
        if (_stallTold)
        {
            _stallTold = false;
        }
    }

    /// <summary>One resting worker keeps the time, and looks from time to time whether a worker that polls is stuck.</summary>
    private void Keep(Worker worker)
    {
        bool othersRun = Volatile.Read(ref _restingCount) < _workers.Length;
        int look = Timeout.Infinite;
        if (othersRun)
        {
            look = _look;
            _look = Math.Min(_look * 2, LastLook);
        }

        foreach (Worker other in _workers)
        {
            other.NoteProgress();
        }

        // While all rest it need not look by itself: the first that puts something in line says so.
        Interlocked.Exchange(ref _keeperLooks, othersRun ? 1 : 0);
        bool firing = othersRun && IsFiring;

        // Not the present one, which is another worker's affair; and a clock of another kind is asked only when everybody waits for it.
        Volatile.Write(ref _keeperIsBlind, firing || (othersRun && Timers.Provider != TimeProvider.System));
        Interlocked.MemoryBarrier();
        if (_keeperIsBlind && Volatile.Read(ref _restingCount) == _workers.Length)
        {
            // The last of the others came to rest just now, and did not say so.
        }
        else if (firing)
        {
            worker.SleepWithoutTimers(look);
        }
        else if (!worker.IsSignaled && (othersRun || !FindsWork(worker)))
        {
            worker.Sleep(look);
        }

        Volatile.Write(ref _keeperLooks, 1);
        Volatile.Write(ref _keeper, null);
        foreach (Worker other in _workers)
        {
            other.JudgeProgress();
        }
    }

    private bool FindsWork(Worker worker)
    {
        foreach (Worker other in _workers)
        {
            if (other != worker && other.HasSomethingFor(other.IsStuck))
            {
                return true;
            }
        }

        return !worker.IsIdle || (!IsFiring && Timers.TryNext(out long due) && due <= Timers.Provider.GetTimestamp());
    }

    private bool StandsStill()
    {
        lock (_restGate)
        {
            if (_stallTold || _resting.Count < _workers.Length || !IsStalled)
            {
                return false;
            }

            _stallTold = true;
            return true;
        }
    }

    private void EndRest(Worker worker)
    {
        lock (_restGate)
        {
            _resting.Remove(worker);
            Volatile.Write(ref _restingCount, _resting.Count);
        }
    }

    /// <summary>
    /// A worker that rested has found something to do: if nobody keeps the time any more, another one that rests has to. Not before it
    /// has found something, since workers that only look would wake each other for ever.
    /// </summary>
    internal void HandTimeOver()
    {
        if (Volatile.Read(ref _keeper) is null)
        {
            lock (_restGate)
            {
                if (_resting.Count > 0)
                {
                    _resting[^1].Signal();
                }
            }
        }
    }

    private void WakeOne()
    {
        lock (_restGate)
        {
            if (_resting.Count == 0 || _searching != 0)
            {
                return;
            }

            Worker worker = _resting[^1];
            worker.Searches = true;
            _searching++;
            _look = FirstLook;
            worker.Signal();
        }
    }

    private void EndSearch(Worker worker)
    {
        if (worker.Searches)
        {
            lock (_restGate)
            {
                worker.Searches = false;
                _searching--;
            }
        }
    }
}
