using System.Security.Cryptography;

namespace Asupersync;

/// <content>What operations of the outside world need: resolving late, giving way, signals, chance.</content>
internal sealed partial class Engine
{
    /// <summary>Operations that one poll may complete without a pause.</summary>
    private const int AtOnceInOnePoll = 32;

    private SignalDesk? _signals;
    private ulong? _seed;
    private readonly Lock _outside = new();

    /// <summary>The signals of the process, taken from the first use on.</summary>
    internal SignalDesk Signals
    {
        get
        {
            lock (_outside)
            {
                return _signals ??= new SignalDesk(Scheduler);
            }
        }
    }

    /// <summary>The seed of all random numbers of the run.</summary>
    internal ulong Seed
    {
        get
        {
            lock (_outside)
            {
                return _seed ??=
                    Options.RandomSeed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
            }
        }
    }

    /// <summary>Gives the signals back. From any thread.</summary>
    internal void StopSignals() => _signals?.Dispose();

    /// <summary>
    /// Whether an operation that completed at once may go on in the same poll. After some it has to yield: else a peer that never pauses
    /// would keep its task running, and no other task and no cancel request would get a turn.
    /// </summary>
    internal bool GoesOnAtOnce()
    {
        StepContext here = Here;
        long poll = Worker.Current!.Polls;
        if (here.AtOncePoll != poll)
        {
            here.AtOncePoll = poll;
            here.AtOnce = 0;
        }

        return ++here.AtOnce < AtOnceInOnePoll;
    }

    /// <summary>
    /// Resolves the obligation of an operation that is over. While another flow of the task waits for a task or region the kernel takes no
    /// step of it, so then it is resolved right after that wait. Nothing when the kernel did it as the task ended.
    /// </summary>
    /// <returns>False when it is resolved later.</returns>
    internal bool Settle(TaskCell task, long obligation, bool commit)
    {
        if (!IsReserved(obligation))
        {
            return true;
        }

        if (!task.Record.Waits.IsNone)
        {
            (task.Rare.Unsettled ??= []).Add((obligation, commit));
            return false;
        }

        if (commit)
        {
            Commit(task, obligation);
        }
        else
        {
            Abort(task, obligation);
        }

        return true;
    }

    /// <summary>A wait of the task is over: leaves the sections and resolves what had to wait for that.</summary>
    private void SettleLate(TaskCell task)
    {
        while (task.RareOrNone is { LateExits: > 0 } extra && task.Record.Waits.IsNone)
        {
            extra.LateExits--;
            MaskExit(task);
        }

        if (task.RareOrNone?.Unsettled is not { } late)
        {
            return;
        }

        task.Rare.Unsettled = null;
        foreach ((long obligation, bool commit) in late)
        {
            Settle(task, obligation, commit);
        }
    }
}
