namespace Asupersync.Stress;

/// <summary>
/// Keeps steps for a while where they have changed the records and have no number yet. What another worker sees too early there is else
/// seen in one run of 100,000.
/// </summary>
internal sealed class WideSteps(Random random)
{
    private const int LongestSpin = 3_000;

    internal void Keep(Kernel.Action step)
    {
        int way;
        int spins;
        lock (random)
        {
            way = random.Next(4);
            spins = random.Next(LongestSpin);
        }

        if (way == 0)
        {
            Thread.SpinWait(spins);
        }
        else if (way == 1)
        {
            Thread.Yield();
        }
    }
}
