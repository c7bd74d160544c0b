namespace Asupersync;

/// <summary>
/// Puts an idle worker to sleep so that it wakes for the next timer, whatever clock the timers go by.
/// </summary>
internal sealed class Alarm(Timers timers, Inbox inbox)
{
    private const int Attempts = 8;
    private const int SpinLength = 8;
    private const int MostSkips = 32;
    private static readonly int Spins = Environment.ProcessorCount > 1 ? 100 : 0;

    // Clocks refuse timers of many weeks; ringing in between only makes the scheduler look again.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private ITimer? _timer;
    private long _armedFor = long.MaxValue;
    private int _skips;
    private int _skipsLeft;

    /// <summary>Sleeps until a signal or the next timer; returns at once when one of them is there.</summary>
    /// <param name="atMost">The limit in milliseconds, or <see cref="Timeout.Infinite"/>.</param>
    internal void Sleep(int atMost = Timeout.Infinite)
    {
        if (!timers.TryNext(out long instant))
        {
            inbox.Park(atMost);
        }
        else if (timers.Provider == TimeProvider.System)
        {
            int left = MillisecondsTo(instant);
            inbox.Park(atMost < 0 ? left : Math.Min(left, atMost));
        }
        else if (atMost >= 0 || Arm(instant))
        {
            // A clock that goes on by itself when everybody waits for it is asked only when everybody does.
            inbox.Park(atMost);
        }
    }

    /// <summary>
    /// Watches for a signal for some tens of microseconds, since waking a sleeping thread costs more than most short
    /// foreign work. When watching was in vain, it is left out for a while.
    /// </summary>
    internal bool Watch()
    {
        if (_skipsLeft > 0)
        {
            _skipsLeft--;
            return false;
        }

        for (int i = 0; i < Spins; i++)
        {
            if (inbox.IsSignaled)
            {
                _skips = 0;
                return true;
            }

            Thread.SpinWait(SpinLength);
        }

        _skips = Math.Min((_skips * 2) + 1, MostSkips);
        _skipsLeft = _skips;
        return false;
    }

    internal void Dispose() => _timer?.Dispose();

    private int MillisecondsTo(long instant)
    {
        double left = timers.Until(instant, timers.Provider.GetTimestamp()).TotalMilliseconds;
        return left >= int.MaxValue ? int.MaxValue : (int)Math.Ceiling(left);
    }

    /// <summary>
    /// Asks a clock that is not the system's to signal when it gets there. False when it is there already.
    /// </summary>
    private bool Arm(long due)
    {
        long now = timers.Provider.GetTimestamp();
        for (int i = 0; due > now && _armedFor != due && i < Attempts; i++)
        {
            TimeSpan left = timers.Until(due, now);
            _timer ??= timers.Provider.CreateTimer(
                static state => ((Alarm)state!).Ring(),
                this,
                Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
            Volatile.Write(ref _armedFor, due);
            _timer.Change(left < Longest ? left : Longest, Timeout.InfiniteTimeSpan);

            // The clock may have moved between the reading and the arming; then the timer would ring late by as much.
            // A clock that stands still until it is moved must not cost us that; of a running one we accept it in the end.
            long after = timers.Provider.GetTimestamp();
            if (after != now && i < Attempts - 1)
            {
                Volatile.Write(ref _armedFor, long.MaxValue);
            }

            now = after;
        }

        return due > now;
    }

    private void Ring()
    {
        Volatile.Write(ref _armedFor, long.MaxValue);
        inbox.Signal();
    }
}
