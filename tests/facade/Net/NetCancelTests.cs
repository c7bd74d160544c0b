using System.Net.Sockets;
using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Net;

/// <summary>Requests to cancel that meet an operation.</summary>
public sealed class NetCancelTests
{
    [Fact]
    public async Task Checkpoint_in_an_accept_that_waits()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                using Listener listener = cx.Net.Listen(NetRun.AnyPort);
                Child child = cx.Spawn(async cx => (await listener.Accept(cx)).Dispose());
                await NetRun.OthersWait(cx);
                child.Cancel("enough");
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());

                // The listener is as good as before.
                TcpStream near = await cx.Net.Connect(listener.LocalEndPoint);
                near.Dispose();
                (await listener.Accept(cx)).Dispose();
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(1, run.Count(ObligationKind.IoOp, ObligationPhase.Aborted));
    }

    [Fact]
    public async Task Checkpoint_in_a_read_that_waits()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (near)
                using (far)
                {
                    Child<int> child = cx.Spawn(async cx => await near.Read(cx, new byte[1]));
                    await NetRun.OthersWait(cx);
                    child.Cancel("enough");
                    Assert.IsType<Outcome<int>.Cancelled>(await child.Outcome());
                    await far.Write(cx, new byte[] { 42 });
                    byte[] buffer = new byte[2];
                    Assert.Equal(1, await near.Read(cx, buffer));
                    Assert.Equal(42, buffer[0]);
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(1, run.Count(ObligationKind.IoOp, ObligationPhase.Aborted));
    }

    [Fact]
    public async Task Checkpoint_in_a_write_that_waits()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (near)
                using (far)
                {
                    // More than any system buffers, and nobody reads.
                    Child child = cx.Spawn(cx => near.Write(cx, new byte[64 << 20]));
                    await NetRun.OthersWait(cx);
                    child.Cancel("enough");
                    Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(1, run.Count(ObligationKind.IoOp, ObligationPhase.Aborted));
    }

    [Fact]
    public Task Checkpoint_comes_before_the_operation() =>
        NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (near)
            using (far)
            {
                await far.Write(cx, new byte[1]);
                Child child = cx.Spawn(async cx =>
                {
                    cx.Region.Cell.Engine.Cancel(null, Target.Task(cx.TaskId), CancelKind.User, "before");
                    await near.Read(cx, new byte[1]);
                });
                Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.Equal(1, await near.Read(cx, new byte[2]));
            }
        });

    [Fact]
    public Task CheckpointMasked_lets_a_read_go_on() =>
        NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (near)
                using (far)
                {
                    Child<int> child = cx.Spawn(async cx =>
                    {
                        byte[] buffer = new byte[1];
                        return await cx.Mask(
                            2,
                            async cx => await near.Read(cx, buffer) + await near.Read(cx, buffer) + buffer[0]
                        );
                    });
                    await NetRun.OthersWait(cx);
                    child.Cancel("not yet");
                    await NetRun.OthersWait(cx);
                    Assert.False(child.IsCompleted);
                    await far.Write(cx, new byte[] { 40 });
                    await NetRun.OthersWait(cx);
                    await far.Write(cx, new byte[] { 40 });

                    // It ended by itself, before it had to look.
                    Assert.Equal(42, await child);
                }
            },
            new RuntimeOptions { Workers = 1 }
        );

    [Fact]
    public Task Reserve_in_clean_up_works_and_is_not_interrupted() =>
        NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                using (near)
                using (far)
                {
                    byte[] buffer = new byte[1];
                    Child child = cx.Spawn(async cx =>
                    {
                        try
                        {
                            await near.Read(cx, buffer);
                        }
                        finally
                        {
                            await near.Write(cx, new byte[] { 1 });
                            Assert.Equal(1, await near.Read(cx, buffer));
                            await near.Close(cx, TimeSpan.FromSeconds(30));
                        }
                    });
                    await NetRun.OthersWait(cx);
                    child.Cancel("clean up");
                    Assert.Equal(1, await far.Read(cx, new byte[2]));
                    child.Cancel("again", CancelKind.Shutdown);
                    await NetRun.OthersWait(cx);
                    await far.Write(cx, new byte[] { 7 });
                    far.CloseSending(cx);
                    var cancelled = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                    Assert.Null(cancelled.LateError);
                    Assert.Equal(7, buffer[0]);
                }
            },
            new RuntimeOptions { Workers = 1 }
        );

    [Fact]
    public async Task A_connection_accepted_while_the_cancel_comes_is_not_lost()
    {
        int taken = 0;
        int left = 0;
        await NetRun.Of(
            async cx =>
            {
                using Listener listener = cx.Net.Listen(NetRun.AnyPort);
                for (int round = 0; round < 300; round++)
                {
                    using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    Child<TcpStream> child = cx.Spawn(cx => listener.Accept(cx));
                    await NetRun.OthersWait(cx);
                    Task connected = Task.Run(() => socket.Connect(listener.LocalEndPoint));
                    Thread.SpinWait(cx.Random.Next(20_000));
                    child.Cancel("just now");
                    Outcome<TcpStream> outcome = await child.Outcome();
                    await connected;
                    bool inTime = outcome.IsOk;
                    using TcpStream stream = inTime ? outcome.GetOrThrow() : await listener.Accept(cx);
                    Assert.Equal(socket.LocalEndPoint, stream.RemoteEndPoint);
                    _ = inTime ? taken++ : left++;
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(300, taken + left);
    }

    [Fact]
    public Task Bytes_read_while_the_cancel_comes_are_not_lost() =>
        NetRun.Of(
            async cx =>
            {
                (TcpStream stream, Socket socket) = await NetRun.PairWithSocket(cx);
                using (stream)
                using (socket)
                {
                    for (int round = 0; round < 500; round++)
                    {
                        byte[] buffer = new byte[2];
                        Child<int> child = cx.Spawn(cx => stream.Read(cx, buffer));
                        await NetRun.OthersWait(cx);
                        byte sent = (byte)round;
                        Task sending = Task.Run(() => socket.Send([sent]));
                        Thread.SpinWait(cx.Random.Next(20_000));
                        child.Cancel("just now");
                        if (!(await child.Outcome()).IsOk)
                        {
                            // Then the buffer was not touched, and the byte is still there.
                            Assert.Equal(0, buffer[0]);
                            await stream.Read(cx, buffer);
                        }

                        await sending;
                        Assert.Equal(sent, buffer[0]);
                    }
                }
            },
            new RuntimeOptions { Workers = 1 }
        );

    [Fact]
    public Task A_connect_that_is_cancelled_ends() =>
        NetRun.Of(
            async cx =>
            {
                // A listener whose queue is full lets further connections wait for ever.
                using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                listener.Bind(NetRun.AnyPort);
                listener.Listen(0);
                var endpoint = (System.Net.IPEndPoint)listener.LocalEndPoint!;
                List<Child<TcpStream>> children =
                [
                    .. Enumerable.Range(0, 8).Select(_ => cx.Spawn(cx => cx.Net.Connect(endpoint))),
                ];
                await NetRun.OthersWait(cx);
                foreach (Child<TcpStream> child in children)
                {
                    child.Cancel("enough");
                    if (await child.Outcome() is Outcome<TcpStream>.Ok(var stream))
                    {
                        stream.Dispose();
                    }
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
}
