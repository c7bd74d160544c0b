using System.Net.Sockets;
using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Net;

/// <summary>Operations beside other waits of the same task, and operations that nobody awaits.</summary>
public sealed class FlowTests
{
    [Fact]
    public async Task Commit_waits_while_the_task_waits_for_another()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (near)
                using (far)
                {
                    byte[] buffer = new byte[1];
                    Child slow = cx.Spawn(async cx =>
                    {
                        await far.Write(cx, new byte[] { 5 });
                        while (buffer[0] == 0)
                        {
                            await cx.Yield();
                        }

                        // The read is over, and its task still waits for this one.
                        await NetRun.OthersWait(cx);
                    });
                    Task<int> reading = near.Read(cx, buffer).AsTask();
                    Task joining = slow.Join().AsTask();
                    await Task.WhenAll(reading, joining);
                    Assert.Equal(1, await reading);
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(run.Summary.Obligations, run.Count(ObligationKind.IoOp, ObligationPhase.Committed));
    }

    [Fact]
    public async Task Checkpoint_beside_an_open_region()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (near)
                using (far)
                {
                    Child child = cx.Spawn(async cx =>
                    {
                        Task<int> reading = near.Read(cx, new byte[1]).AsTask();
                        Task region = cx.OpenRegion(async cx =>
                            {
                                try
                                {
                                    await cx.Sleep(TimeSpan.FromHours(1));
                                }
                                finally
                                {
                                    // The region closes after the read has ended.
                                    await reading.ContinueWith(_ => { }, TaskScheduler.Default);
                                }
                            })
                            .AsTask();
                        await Task.WhenAll(reading, region);
                    });
                    await NetRun.OthersWait(cx);
                    child.Cancel("both");
                    Assert.Null(Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome()).LateError);
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(1, run.Count(ObligationKind.IoOp, ObligationPhase.Aborted));
    }

    [Fact]
    public async Task Leak_of_an_operation_that_nobody_awaits_ends_it()
    {
        NetRun run = await NetRun.Record(
            async cx =>
            {
                (TcpStream stream, Socket socket) = await NetRun.PairWithSocket(cx);
                using (stream)
                using (socket)
                {
                    Child child = cx.Spawn(cx =>
                    {
                        _ = stream.Read(cx, new byte[1]).AsTask();
                        return Work.CompletedWork;
                    });
                    Assert.True((await child.Outcome()).IsOk);

                    // Nothing reads any more, so the byte is left for the next read.
                    await NetRun.OthersWait(cx);
                    socket.Send([9]);
                    Assert.Equal(1, await stream.Read(cx, new byte[2]));
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.True(run.Outcome.IsOk);
        Assert.Equal(1, run.Summary.Leaks);
        Assert.Equal("ASUP2105", Assert.Single(run.Reports).Code);
    }
}
