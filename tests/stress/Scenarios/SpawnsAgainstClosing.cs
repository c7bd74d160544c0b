namespace Asupersync.Stress;

/// <summary>
/// Tasks of one region spawn into another one while that closes: by the end of its body, by a failure, by a request from a task or from
/// a thread of its own. What was accepted is over when the region is closed, and nothing runs in it after that.
/// </summary>
internal static class SpawnsAgainstClosing
{
    private const int Rounds = 8;
    private const int MostSpawns = 300;

    /// <summary>How the region ends.</summary>
    private enum Ending
    {
        BodyReturns,
        BodyFails,
        BodyAsks,
        ThreadAsks,
    }

    internal static async Task<Counts> Run(Load load)
    {
        var counts = new Counts(load);
        Outcome<bool> outcome = await StressRun.Of(
            load,
            counts,
            async cx =>
            {
                for (ulong round = 0; round < Rounds; round++)
                {
                    await Round(cx, counts, load.Random(round));
                }
            }
        );
        outcome.GetOrThrow();
        counts.MustBeEqual("accepted", "completed");
        counts.MustBeEqual(["accepted"], ["begun", "never begun"]);
        counts.MustBeEqual("begun", "ended");
        counts.MustBe("ended late", 0);
        counts.MustBe("regions closed", Rounds);
        counts.MustBe("finalizers run", Rounds);
        return counts;
    }

    private static async Work Round(Cx cx, Counts counts, Random random)
    {
        int spawners = random.Next(1, 6);
        int yields = random.Next(0, 12);
        var ending = (Ending)random.Next(4);
        var opened = new TaskCompletionSource<Region>();
        var closed = new TaskCompletionSource();
        for (int i = 0; i < spawners; i++)
        {
            cx.Spawn(async c =>
            {
                List<Accepted> accepted = [];
                await SpawnUntilRefused(c, await opened.Task, counts, accepted, closed.Task);
                await closed.Task;
                foreach (Accepted one in accepted)
                {
                    counts.Add("accepted");
                    counts.Add(one.Child.IsCompleted ? "completed" : "not completed");
                    if (!one.HasBegun)
                    {
                        counts.Add("never begun");
                    }
                }
            });
        }

        Outcome<int> outcome = await cx.ObserveRegion<int>(scope => Body(scope, counts, opened, yields, ending));
        counts.Add("regions closed");
        closed.SetResult();
        if ((ending == Ending.BodyFails) != (outcome is Outcome<int>.Err { Error: PlannedException }))
        {
            throw new StressFailure($"a region that ends by {ending} has the outcome {outcome}");
        }
    }

    private static async Work<int> Body(
        Cx scope,
        Counts counts,
        TaskCompletionSource<Region> opened,
        int yields,
        Ending ending
    )
    {
        scope.Defer(() => counts.Add("finalizers run"));
        opened.SetResult(scope.Region);
        for (int i = 0; i < yields; i++)
        {
            await scope.Yield();
        }

        switch (ending)
        {
            case Ending.BodyFails:
                throw new PlannedException();
            case Ending.BodyAsks:
                scope.Region.Cancel();
                break;
            case Ending.ThreadAsks:
                ThreadPool.UnsafeQueueUserWorkItem(static region => region.Cancel(), scope.Region, preferLocal: false);
                await scope.Yield();
                break;
            default:
                break;
        }

        return 1;
    }

    private static async Work SpawnUntilRefused(
        Cx cx,
        Region region,
        Counts counts,
        List<Accepted> accepted,
        Task closed
    )
    {
        try
        {
            for (int i = 0; i < MostSpawns; i++)
            {
                var one = new Accepted();
                one.Child = region.Spawn(cx, c => Child(c, counts, one, closed));
                accepted.Add(one);
                if (i % 16 == 15)
                {
                    await cx.Yield();
                }
            }
        }
        catch (RefusedException refused) when (refused.Code == "ASUP1009")
        {
            // The region has begun to close.
        }
    }

    private static async Work Child(Cx cx, Counts counts, Accepted one, Task closed)
    {
        one.HasBegun = true;
        counts.Add("begun");
        try
        {
            await cx.Yield();
        }
        finally
        {
            counts.Add("ended");
            if (closed.IsCompleted)
            {
                counts.Add("ended late");
            }
        }
    }

    private sealed class Accepted
    {
        internal Child Child { get; set; }

        internal bool HasBegun { get; set; }
    }
}
