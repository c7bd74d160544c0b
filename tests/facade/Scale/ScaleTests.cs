using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Scale;

public class ScaleTests
{
    [Fact]
    public async Task Spawn_ManyOneAfterTheOther_KeepsFewRecords()
    {
        var run = await UnrecordedRun.Of<(int Tasks, int Pages)>(async cx =>
        {
            int pages = 0;
            for (int i = 0; i < 100_000; i++)
            {
                await cx.Spawn(_ => Work.CompletedWork).Join();
                pages = Math.Max(pages, cx.Cell.Engine.Ledger.Tasks.LivePages);
            }

            return ((int)cx.Cell.Engine.Ledger.Tasks.Count, pages);
        });

        Assert.Equal(100_001, run.Tasks);
        Assert.InRange(run.Pages, 1, 3);
    }

    [Fact]
    public async Task Spawn_ManyWithDroppedHandles_KeepsFewRecords()
    {
        int pages = await UnrecordedRun.Of<int>(
            async cx =>
            {
                for (int i = 0; i < 20_000; i++)
                {
                    cx.Spawn(_ => Work.CompletedWork);
                    await cx.Yield();
                }

                return cx.Cell.Engine.Ledger.Tasks.LivePages;
            },
            workers: 1
        );

        // With several workers a task may still wait for its turn.
        Assert.InRange(pages, 1, 6);
    }

    [Fact]
    public async Task OpenRegion_ManyOneAfterTheOther_KeepsFewRecords()
    {
        int pages = await UnrecordedRun.Of<int>(async cx =>
        {
            for (int i = 0; i < 20_000; i++)
            {
                await cx.OpenRegion(async scope => await scope.Spawn(_ => Work.CompletedWork).Join());
            }

            Ledger ledger = cx.Cell.Engine.Ledger;
            return ledger.Regions.LivePages + ledger.Tasks.LivePages;
        });

        Assert.InRange(pages, 2, 5);
    }

    [Fact]
    public async Task Send_ManyItems_KeepsFewObligations()
    {
        int pages = await UnrecordedRun.Of<int>(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(16);
            cx.Spawn(async c =>
            {
                for (int i = 0; i < 50_000; i++)
                {
                    await tx.Send(c, i);
                }

                tx.Complete();
            });
            int next = 0;
            while (await rx.WaitToReceive(cx))
            {
                Assert.Equal(next++, await rx.Receive(cx));
            }

            Assert.Equal(50_000, next);
            return cx.Cell.Engine.Ledger.Obligations.LivePages;
        });

        Assert.InRange(pages, 0, 2);
    }

    [Fact]
    public async Task Join_EndsAndIsCancelledInOneTurnManyTimes_KeepsFewRecords()
    {
        int pages = await UnrecordedRun.Of<int>(async cx =>
        {
            for (int i = 0; i < 3_000; i++)
            {
                Child<int> waiter = default;
                bool spawned = false;
                Child<int> awaited = cx.Spawn<int>(async c =>
                {
                    do
                    {
                        await c.Yield();
                    } while (!Volatile.Read(ref spawned)); // Another worker may be here before the handle is.

                    waiter.Cancel();
                    return 1;
                });
                waiter = cx.Spawn<int>(async _ => await awaited);
                Volatile.Write(ref spawned, true);
                Assert.IsType<Outcome<int>.Cancelled>(await waiter.Outcome());
            }

            return cx.Cell.Engine.Ledger.Tasks.LivePages;
        });

        Assert.InRange(pages, 1, 3);
    }

    [Fact]
    public async Task Spawn_ManyAtOnceInOneRegion_AllEnd()
    {
        int ended = await UnrecordedRun.Of<int>(
            async cx =>
            {
                int count = 0;
                await cx.OpenRegion(async scope =>
                {
                    for (int i = 0; i < 100_000; i++)
                    {
                        scope.Spawn(async c =>
                        {
                            await c.Yield();
                            Interlocked.Increment(ref count);
                        });
                    }

                    await Work.CompletedWork;
                });
                return count;
            },
            workers: 1
        );

        Assert.Equal(100_000, ended);
    }

    [Fact]
    public async Task Cancel_ManyAtOnceInOneRegion_AllEndCancelled()
    {
        int ended = await UnrecordedRun.Of<int>(async cx =>
        {
            int count = 0;
            Outcome<int> outcome = await cx.ObserveRegion<int>(async scope =>
            {
                for (int i = 0; i < 20_000; i++)
                {
                    scope.Spawn(async c =>
                    {
                        try
                        {
                            await c.Sleep(TimeSpan.FromHours(1));
                        }
                        finally
                        {
                            Interlocked.Increment(ref count);
                        }
                    });
                }

                await scope.Sleep(TimeSpan.FromSeconds(1));
                scope.Region.Cancel();
                scope.Checkpoint();
                return 0;
            });
            Assert.IsType<Outcome<int>.Cancelled>(outcome);
            return count;
        });

        Assert.Equal(20_000, ended);
    }

    [Fact]
    public async Task OpenRegion_AThousandDeep_OpensClosesAndPassesTheShadowCheck()
    {
        var run = await RecordedRun.Of<int>(async cx => await Deeper(cx, 1_000));

        Assert.Equal(1_000, run.Value);
        Assert.Equal(1_000, run.CountOf(RuleName.OpenRegion));

        static async Work<int> Deeper(Cx cx, int left) =>
            left == 0 ? 0 : 1 + await cx.OpenRegion<int>(async scope => await Deeper(scope, left - 1));
    }

    [Fact]
    public async Task Cancel_AThousandDeep_ReachesTheInnermost()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int unwound = 0;
            Child child = cx.Spawn(async c => await Deeper(c, 1_000));
            await cx.Sleep(TimeSpan.FromSeconds(1));
            child.Cancel();
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
            return unwound;

            async Work Deeper(Cx c, int left)
            {
                try
                {
                    if (left == 0)
                    {
                        await c.Sleep(TimeSpan.FromHours(1));
                    }

                    await c.OpenRegion(async scope => await Deeper(scope, left - 1));
                }
                finally
                {
                    Interlocked.Increment(ref unwound);
                }
            }
        });

        Assert.Equal(1_001, run.Value);
    }

    [Fact]
    public async Task JoinAll_ManyBranches_CostsAsMuchABranchAsFew()
    {
        await UnrecordedRun.Of<bool>(
            async cx =>
            {
                await AllocatedABranch(cx, 500);
                long few = await AllocatedABranch(cx, 500);
                long many = await AllocatedABranch(cx, 10_000);

                // A step that went through all branches would come to more than ten times as much.
                Assert.InRange(many, 1, few * 2);
                return true;
            },
            workers: 1
        );
    }

    private static async Work<long> AllocatedABranch(Cx cx, int count)
    {
        Func<Cx, Work<int>>[] branches = Enumerable
            .Range(0, count)
            .Select<int, Func<Cx, Work<int>>>(number => _ => Work.FromResult(number))
            .ToArray();
        long before = GC.GetAllocatedBytesForCurrentThread();
        int[] values = await cx.JoinAll(branches);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(Enumerable.Range(0, count), values);
        return allocated / count;
    }
}
