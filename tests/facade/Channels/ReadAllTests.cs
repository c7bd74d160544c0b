using Xunit;

namespace Asupersync.Tests.Channels;

/// <summary>Channels in <c>await foreach</c>.</summary>
public sealed class ReadAllTests
{
    [Fact]
    public async Task ReadAll_UntilDrained_GivesEveryItemInOrder()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            cx.Spawn(async c =>
            {
                for (int i = 0; i < 10; i++)
                {
                    await tx.Send(c, i);
                    await c.Sleep(TimeSpan.FromMilliseconds(i % 3));
                }

                tx.Complete();
            });
            var seen = new List<int>();
            await foreach (int item in rx.ReadAll(cx))
            {
                seen.Add(item);
            }

            Assert.Equal(Enumerable.Range(0, 10), seen);
            await foreach (int item in rx.ReadAll(cx))
            {
                Assert.Fail($"{item} after the end");
            }
        });

        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task ReadAll_BySeveralTasks_GivesEachItemToOne(int workers)
    {
        const int Items = 200;
        var run = await RecordedRun.Of<int>(
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(4);
                int sum = 0;
                await cx.OpenRegion(async scope =>
                {
                    for (int i = 0; i < 4; i++)
                    {
                        scope.Spawn(async c =>
                        {
                            await foreach (int item in rx.ReadAll(c))
                            {
                                Interlocked.Add(ref sum, item);
                            }
                        });
                    }

                    for (int i = 1; i <= Items; i++)
                    {
                        await tx.Send(scope, i);
                    }

                    tx.Complete();
                });
                return sum;
            },
            new RunSettings { Workers = workers }
        );

        Assert.Equal(Items * (Items + 1) / 2, run.Value);
    }

    [Fact]
    public async Task ReadAll_OfACancelledTask_EndsWithTheRequestAndTakesNothing()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            Child reader = cx.Spawn(async c =>
            {
                await foreach (int _ in rx.ReadAll(c)) { }
            });
            await cx.Sleep(TimeSpan.FromSeconds(1));
            reader.Cancel();
            await tx.Send(cx, 1);
            Assert.IsType<Outcome<bool>.Cancelled>(await reader.Outcome());
            await tx.Send(cx, 2);
            await foreach (int item in rx.ReadAll(cx))
            {
                Assert.Equal(1, item);
                break;
            }

            Assert.Equal(1, rx.Count);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task ReadAll_ThatNothingCanEverEnd_IsADeadlock()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (_, Receiver<int> rx) = Chan.Bounded<int>(2);
                await foreach (int _ in rx.ReadAll(cx)) { }
            },
            RunSettings.OneWorker
        );

        Assert.Equal("main", Assert.Single(run.Report("ASUP2108").Tasks).Name);
    }

    [Fact]
    public async Task ReadAll_AsAPlainSequence_IsReadByCodeThatKnowsNoChannels()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(2);
            cx.Spawn(async c =>
            {
                await c.Yield();
                await tx.Send(c, 3);
                await c.Sleep(TimeSpan.FromSeconds(1));
                await tx.Send(c, 4);
                tx.Complete();
            });
            Assert.Equal(7, await Sum(rx.ReadAll(cx)));
        });

        Assert.True(run.Value);

        static async Task<int> Sum(IAsyncEnumerable<int> items)
        {
            int sum = 0;
            await foreach (int item in items)
            {
                sum += item;
            }

            return sum;
        }
    }
}
