using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>
/// Completers on other threads against cancel requests: each wait ends exactly once, and says how to the one who ended
/// it.
/// </summary>
public sealed class WaitSourceRaceTests
{
    private const int Rounds = 5_000;

    [Fact]
    public void Complete_against_cancel_from_other_threads()
    {
        var harness = new Harness();
        var source = new WaitSource<int>();
        int published = 0;
        int accepted = 0;
        int values = 0;
        int cancels = 0;
        int stale = 0;
        Strand? strand = null;

        strand = harness.Spawn(async () =>
        {
            for (int round = 1; round <= Rounds; round++)
            {
                int ticket = source.Arm(strand!, WaitMode.Shared);
                Assert.Equal(round, ticket);
                Volatile.Write(ref published, round);
                if (round % 3 == 0)
                {
                    harness.Scheduler.Post(_ => strand!.CancelWaits(null), null);
                }

                WorkResult<int> result = await source.Quietly();
                if (result.Status == WorkStatus.Succeeded)
                {
                    Assert.Equal(round, result.Value);
                    values++;
                }
                else
                {
                    Assert.Equal(WorkStatus.Cancelled, result.Status);
                    cancels++;
                }
            }

            Volatile.Write(ref published, -1);
        });

        Thread[] completers = [.. Enumerable.Range(0, 2).Select(_ => new Thread(Complete))];
        foreach (Thread thread in completers)
        {
            thread.Start();
        }

        harness.RunAll();
        foreach (Thread thread in completers)
        {
            thread.Join();
        }

        Assert.Equal(Rounds, values + cancels);
        Assert.Equal(values, accepted);
        Assert.Equal(0, stale);
        Assert.Equal(0, harness.Scheduler.InputOutstanding);
        Assert.Equal(0, strand.ArmedWaits);

        void Complete()
        {
            int last = 0;
            SpinWait spin = default;
            while (true)
            {
                int round = Volatile.Read(ref published);
                if (round < 0)
                {
                    return;
                }

                if (round == last)
                {
                    spin.SpinOnce();
                    continue;
                }

                if (last > 0 && source.TryComplete(last, -1))
                {
                    // The wait of an earlier round can only be open if no other completer and no cancel ended it:
                    // impossible.
                    Interlocked.Increment(ref stale);
                }

                last = round;
                if (source.TryComplete(round, round))
                {
                    Interlocked.Increment(ref accepted);
                }
            }
        }
    }

    [Fact]
    public void Of_two_completers_at_the_same_moment_one_wins()
    {
        var harness = new Harness();
        var source = new WaitSource<int>();
        int published = 0;
        int arrived = 0;
        int accepted = 0;
        int rounds = 0;
        const int over = int.MaxValue;
        Thread[] completers =
        [
            .. Enumerable
                .Range(1, 2)
                .Select(id => new Thread(() =>
                {
                    for (int round = 1; ; round++)
                    {
                        SpinWait patience = default;
                        while (Volatile.Read(ref published) < round)
                        {
                            patience.SpinOnce(sleep1Threshold: -1);
                        }

                        if (Volatile.Read(ref published) == over)
                        {
                            return;
                        }

                        // Meet the other one, so that both claim within some nanoseconds.
                        Interlocked.Increment(ref arrived);
                        while (Volatile.Read(ref arrived) < 2 * round)
                        {
                            patience.SpinOnce(sleep1Threshold: -1);
                        }

                        if (source.TryComplete(round, id))
                        {
                            Interlocked.Increment(ref accepted);
                        }
                    }
                })),
        ];
        foreach (Thread thread in completers)
        {
            thread.Start();
        }

        harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;

            // On a machine with no free core a meeting takes milliseconds; then fewer rounds must do.
            long start = Environment.TickCount64;
            while (rounds < 4 * Rounds && Environment.TickCount64 - start < 3_000)
            {
                rounds++;
                Assert.Equal(rounds, source.Arm(me, WaitMode.Shared));
                Volatile.Write(ref published, rounds);
                Assert.InRange(await source, 1, 2);
            }

            Volatile.Write(ref published, over);
        });
        harness.RunAll();
        foreach (Thread thread in completers)
        {
            thread.Join();
        }

        Assert.Equal(rounds, accepted);
    }

    [Fact]
    public void Completion_races_with_the_suspension_itself()
    {
        var harness = new Harness();
        int sum = 0;
        using var go = new SemaphoreSlim(0);
        (WaitSource<int> Source, int Ticket) job = (new WaitSource<int>(), 0);
        bool done = false;
        var completer = new Thread(() =>
        {
            while (true)
            {
                go.Wait();
                if (Volatile.Read(ref done))
                {
                    return;
                }

                Assert.True(job.Source.TryComplete(job.Ticket, 1));
            }
        });
        completer.Start();
        harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;
            var source = new WaitSource<int>();
            for (int i = 0; i < Rounds; i++)
            {
                job = (source, source.Arm(me, WaitMode.Shared));
                go.Release();
                Thread.SpinWait(i % 64);
                sum += await source;
            }
        });
        harness.RunAll();
        Volatile.Write(ref done, true);
        go.Release();
        completer.Join();
        Assert.Equal(Rounds, sum);
    }

    [Fact]
    public void Abandon_against_complete()
    {
        var harness = new Harness();
        int published = 0;
        int accepted = 0;
        int refused = 0;
        WaitSource<int> source = new();
        var completer = new Thread(() =>
        {
            int last = 0;
            while (true)
            {
                int round = Volatile.Read(ref published);
                if (round < 0)
                {
                    return;
                }

                if (round != last && source.TryComplete(round, round))
                {
                    accepted++;
                }

                last = round;
            }
        });
        completer.Start();
        harness.Spawn(async () =>
        {
            Strand me = Strand.Current!;
            for (int i = 0; i < Rounds; i++)
            {
                int ticket = source.Arm(me, WaitMode.Shared);
                Volatile.Write(ref published, ticket);
                Thread.SpinWait(i % 32);
                if (!source.Abandon(ticket))
                {
                    refused++;
                }
            }

            Volatile.Write(ref published, -1);
            await Work.CompletedWork;
            Assert.Equal(0, me.ArmedWaits);
        });
        harness.RunAll();
        completer.Join();
        Assert.Equal(accepted, refused);
        Assert.Equal(0, harness.Scheduler.InputOutstanding);
    }
}
