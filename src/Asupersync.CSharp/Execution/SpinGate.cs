using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>A lock for a few dozen instructions: it spins, then gives way. Not reentrant; nothing that may wait runs inside.</summary>
internal struct SpinGate
{
    // Somewhat longer than a section takes. To give way costs as much as ten sections: only when the holder may not be running at all.
    private const int LongestSpin = 5;
    private const int SpinsBeforeYield = 30;

    private int _held;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter()
    {
        if (Interlocked.CompareExchange(ref _held, 1, 0) != 0)
        {
            EnterSlowly();
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Exit() => Volatile.Write(ref _held, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlowly()
    {
        int tries = 0;
        do
        {
            if (tries < SpinsBeforeYield)
            {
                Thread.SpinWait(1 << Math.Min(tries, LongestSpin));
            }
            else
            {
                Thread.Yield();
            }

            tries++;
        } while (Volatile.Read(ref _held) != 0 || Interlocked.CompareExchange(ref _held, 1, 0) != 0);
    }
}
