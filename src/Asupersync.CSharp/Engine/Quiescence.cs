namespace Asupersync;

/// <summary>
/// Tells when every worker has gone round, or rested, since some moment, so that nothing it had looked up before is in use any more.
/// </summary>
internal sealed class Quiescence(Scheduler scheduler)
{
    /// <summary>Notes how far every worker is.</summary>
    internal long[] Note()
    {
        ReadOnlySpan<Worker> workers = scheduler.Workers;
        var rounds = new long[workers.Length];
        for (int i = 0; i < rounds.Length; i++)
        {
            rounds[i] = workers[i].Rounds;
        }

        return rounds;
    }

    /// <summary>Whether every worker went on since that was noted.</summary>
    internal bool IsOver(long[] noted)
    {
        ReadOnlySpan<Worker> workers = scheduler.Workers;
        for (int i = 0; i < noted.Length; i++)
        {
            if (workers[i].Rounds == noted[i] && !workers[i].Rests)
            {
                return false;
            }
        }

        return true;
    }
}
