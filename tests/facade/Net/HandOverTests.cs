using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Net;

/// <summary>Streams that belong to a task.</summary>
public sealed class HandOverTests
{
    [Fact]
    public async Task Transfer_gives_the_stream_to_a_task_that_closes_it()
    {
        NetRun run = await NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (far)
            {
                Child child = near.HandOver(cx, async (cx, stream) => await stream.Write(cx, new byte[2]));
                Assert.Equal(far.LocalEndPoint.ToString(), child.Name);
                await child.Join();
                Assert.Equal(2, await far.Read(cx, new byte[9]));
                Assert.Equal(0, await far.Read(cx, new byte[9]));
            }
        });
        Assert.Equal(1, run.Count(ObligationKind.Lease, ObligationPhase.Committed));
    }

    [Fact]
    public async Task Start_that_never_comes_closes_the_stream()
    {
        NetRun run = await NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (far)
            {
                bool ran = false;
                Child child = near.HandOver(
                    cx,
                    (cx, stream) =>
                    {
                        ran = true;
                        return Work.CompletedWork;
                    }
                );
                child.Cancel("before it starts");
                Assert.Equal(0, await far.Read(cx, new byte[1]));
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.False(ran);
            }
        });
        Assert.Equal(1, run.Count(ObligationKind.Lease, ObligationPhase.Aborted));
    }

    [Fact]
    public Task Checkpoint_in_the_hand_over_closes_the_stream() =>
        NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (far)
                {
                    Child child = cx.Spawn(async cx =>
                    {
                        cx.Region.Cell.Engine.Cancel(null, Target.Task(cx.TaskId), CancelKind.User, "before");
                        near.HandOver(cx, (_, _) => Work.CompletedWork);
                        await cx.Yield();
                    });
                    Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                    Assert.Equal(0, await far.Read(cx, new byte[1]));
                }
            },
            new RuntimeOptions { Workers = 1 }
        );

    [Fact]
    public async Task Spawn_that_is_refused_closes_the_stream()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (far)
                {
                    Child child = cx.Spawn(async cx =>
                    {
                        try
                        {
                            await cx.Sleep(TimeSpan.FromHours(1));
                        }
                        finally
                        {
                            // In clean-up nothing may be spawned.
                            RefusedException refused = Assert.Throws<RefusedException>(() =>
                                near.HandOver(cx, (_, _) => Work.CompletedWork)
                            );
                            Assert.Equal(Premise.SpawnerRunning, refused.Refusal.Premise);
                        }
                    });
                    await NetRun.OthersWait(cx);
                    child.Cancel("clean up");
                    Assert.Equal(0, await far.Read(cx, new byte[1]));
                    Assert.Null(Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome()).LateError);
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(1, run.Count(ObligationKind.Lease, ObligationPhase.Aborted));
    }

    [Fact]
    public async Task Transfer_goes_on_from_task_to_task()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (far)
                {
                    near.HandOver(
                        cx,
                        (cx, stream) =>
                        {
                            stream.HandOver(cx, async (cx, stream) => await stream.Write(cx, new byte[3]));
                            return Work.CompletedWork;
                        }
                    );
                    await NetRun.Fails<NetworkException>(
                        "ASUP4005",
                        () => near.HandOver(cx, (_, _) => Work.CompletedWork).Cancel()
                    );
                    Assert.Equal(3, await far.Read(cx, new byte[9]));
                    Assert.Equal(0, await far.Read(cx, new byte[9]));
                }
            },
            // The stream is still open when it is handed over a second time.
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(1, run.Count(ObligationKind.Lease, ObligationPhase.Committed));
    }

    [Fact]
    public async Task A_closed_stream_is_handed_to_nobody()
    {
        NetRun run = await NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            near.Dispose();
            far.Dispose();
            await NetRun.Fails<NetworkException>(
                "ASUP4004",
                () => near.HandOver(cx, (_, _) => throw new InvalidOperationException("It was handed over."))
            );
        });
        Assert.Equal(0, run.Count(ObligationKind.Lease, ObligationPhase.Committed));
    }

    [Fact]
    public async Task A_handler_that_fails_closes_the_stream()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (far)
                {
                    Outcome<bool> outcome = await cx.ObserveRegion(
                        async cx =>
                        {
                            near.HandOver(cx, (_, _) => throw new PanicException("broken"));
                            await cx.Yield();
                            return true;
                        },
                        new RegionOptions { Policy = Policy.CollectAll }
                    );
                    Assert.IsType<Outcome<bool>.Panicked>(outcome);
                    Assert.Equal(0, await far.Read(cx, new byte[1]));
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(1, run.Count(ObligationKind.Lease, ObligationPhase.Committed));
    }
}
