using System.Diagnostics;

namespace Asupersync;

/// <summary>
/// For how long there has been more in line than a worker can do next. Waking another one, and moving tasks into its cache, costs as much as
/// a hundred small tasks; what is done in less time than that is done sooner where it is.
/// </summary>
internal struct Backlog
{
    /// <summary>200 microseconds, in ticks of the <see cref="Stopwatch"/>.</summary>
    private static readonly long Old = Stopwatch.Frequency / 5000;

    private const int LongestGap = 8;

    private long _since;
    private int _gap;
    private int _left;

    /// <summary>There is nothing behind the next task.</summary>
    internal void Forget() => _since = 0;

    /// <summary>After a poll that left something behind the next task: whether that has gone on for so long that somebody should help.</summary>
    /// <remarks>The clock is read after the first, the second, the fourth poll and then after every eighth.</remarks>
    internal bool IsOld()
    {
        if (_since == 0)
        {
            _since = Stopwatch.GetTimestamp();
            _gap = _left = 1;
            return false;
        }

        if (--_left > 0)
        {
            return false;
        }

        _gap = Math.Min(_gap * 2, LongestGap);
        _left = _gap;
        return Stopwatch.GetTimestamp() - _since >= Old;
    }
}
