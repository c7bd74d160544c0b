namespace Asupersync.Stress;

/// <summary>
/// Keeps workers for a while where a step has changed the records and has no number yet, or where a step rests on what was seen before.
/// What another worker sees or does there is else seen in one run of 100,000.
/// </summary>
internal sealed class WideSteps(Random random)
{
    private const int LongestSpin = 3_000;

    internal void Keep()
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
