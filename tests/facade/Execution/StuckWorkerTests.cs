using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>A task that does not give its thread back holds up what only that worker could do, and nothing else.</summary>
public sealed class StuckWorkerTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Post_ToAWorkerThatIsStuck_IsTakenByAnother()
    {
        using var stop = new ManualResetEventSlim();
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RunHandle<bool> run = AsupRuntime.Start(
            async cx =>
            {
                var listens = new TaskCompletionSource();
                cx.Spawn(async c =>
                {
                    using CancellationTokenRegistration link = c.CancellationToken.Register(cancelled.SetResult);
                    listens.SetResult();
                    await c.Sleep(TimeSpan.FromHours(1));
                });
                await listens.Task;

                // Posts go to the first worker. It takes some of these sooner or later.
                while (!stuck.Task.IsCompleted)
                {
                    cx.Spawn(_ =>
                    {
                        if (Worker.Current!.Index == 0 && stuck.TrySetResult())
                        {
                            stop.Wait(Limit);
                        }

                        return Work.CompletedWork;
                    });
                    await cx.Yield();
                }
            },
            new RuntimeOptions { Workers = 2 }
        );
        await stuck.Task.WaitAsync(Limit);
        run.Cancel();
        await cancelled.Task.WaitAsync(Limit);
        stop.Set();
        await run.Completion.WaitAsync(Limit);
    }

    [Fact]
    public async Task Resume_ATaskThatTheStuckWorkerPolledLast_GoesOnWithAnother()
    {
        using var stop = new ManualResetEventSlim();
        Outcome<bool> outcome = await AsupRuntime
            .RunAsync(
                async cx =>
                {
                    // Until one of them runs on the worker that is going to be stuck.
                    for (bool tried = false; !tried; )
                    {
                        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                        Worker? last = null;
                        Child child = cx.Spawn(async _ =>
                        {
                            last = Worker.Current;
                            await gate.Task.ConfigureAwait(false);
                            stop.Set();
                        });
                        while (last is null)
                        {
                            await cx.Yield();
                        }

                        tried = Worker.Current == last;
                        _ = Task.Run(gate.SetResult);
                        Assert.True(!tried || stop.Wait(Limit));
                        await child.Join();
                        stop.Reset();
                    }
                },
                new RuntimeOptions { Workers = 2 }
            )
            .WaitAsync(2 * Limit);
        outcome.GetOrThrow();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Cancel_WhileTasksHoldAllWorkers_IsReportedFromOutside(int workers)
    {
        using var stop = new ManualResetEventSlim();
        using var stuck = new CountdownEvent(workers);
        var reports = new List<RuntimeReport>();
        RunHandle<bool> run = AsupRuntime.Start(
            cx =>
            {
                for (int i = 0; i < workers; i++)
                {
                    cx.Spawn(
                        _ =>
                        {
                            stuck.Signal();
                            stop.Wait(Limit);
                            return Work.CompletedWork;
                        },
                        new SpawnOptions { Name = "spinner" }
                    );
                }

                return Work.CompletedWork;
            },
            new RuntimeOptions
            {
                Workers = workers,
                DrainBudget = TimeSpan.FromMilliseconds(20),
                Escalation = Escalation.Abandon,
                Report = report =>
                {
                    lock (reports)
                    {
                        reports.Add(report);
                    }
                },
            }
        );
        Assert.True(stuck.Wait(Limit));
        run.Cancel();
        DrainExhaustedException error = await Assert.ThrowsAsync<DrainExhaustedException>(() =>
            run.Completion.WaitAsync(Limit)
        );
        stop.Set();

        Assert.Equal("ASUP2101", error.Code);
        Assert.Contains("a request to cancel was not taken", error.Message, StringComparison.Ordinal);
        Assert.Contains("'spinner'", error.Message, StringComparison.Ordinal);
        lock (reports)
        {
            Assert.Equal("ASUP2101", Assert.Single(reports).Code);
        }
    }

    [Fact]
    public async Task Poll_LongWithPinnedTasksBehindIt_LetsTheOtherWorkersRest()
    {
        long rounds = 0;
        await AsupRuntime
            .RunAsync(
                async cx =>
                    await cx.OpenRegion(
                        async c =>
                        {
                            c.Spawn(_ => Work.CompletedWork);
                            await Task.Yield();
                            c.Spawn(async k => await k.Yield());
                            rounds = RoundsOfOthers(c);
                            Thread.Sleep(500); // The poll is long, and what is behind it may not go elsewhere.
                            rounds = RoundsOfOthers(c) - rounds;
                        },
                        new RegionOptions { Pinned = true }
                    ),
                new RuntimeOptions { Workers = 2 }
            )
            .WaitAsync(Limit);
        Assert.InRange(rounds, 0, 1000);

        static long RoundsOfOthers(Cx cx) =>
            cx
                .Cell.Engine.Scheduler.Workers.ToArray()
                .Where(worker => worker != Worker.Current)
                .Sum(worker => worker.Rounds);
    }
}
