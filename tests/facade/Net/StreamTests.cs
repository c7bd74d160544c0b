using System.Net;
using System.Net.Sockets;
using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Net;

/// <summary>Connections that nobody cancels.</summary>
public sealed class StreamTests
{
    [Fact]
    public async Task Commit_follows_every_operation_that_completed()
    {
        NetRun run = await NetRun.Of(async cx =>
        {
            using Listener listener = cx.Net.Listen(NetRun.AnyPort);
            cx.Spawn(async cx =>
            {
                using TcpStream client = await listener.Accept(cx);
                byte[] buffer = new byte[1000];
                int count;
                while ((count = await client.Read(cx, buffer)) > 0)
                {
                    await client.Write(cx, buffer.AsMemory(0, count));
                }

                client.CloseSending(cx);
            });
            using TcpStream stream = await cx.Net.Connect(listener.LocalEndPoint);
            Assert.Equal(listener.LocalEndPoint, stream.RemoteEndPoint);
            byte[] sent = new byte[100_000];
            cx.Random.NextBytes(sent);
            Child writer = cx.Spawn(async cx =>
            {
                await stream.Write(cx, sent);
                stream.CloseSending(cx);
            });
            byte[] got = new byte[sent.Length + 1];
            int length = 0;
            int read;
            while ((read = await stream.Read(cx, got.AsMemory(length))) > 0)
            {
                length += read;
            }

            await writer.Join();
            Assert.Equal(sent, got.AsSpan(0, length));
        });
        Assert.Equal(run.Summary.Obligations, run.Count(ObligationKind.IoOp, ObligationPhase.Committed));
        Assert.Empty(run.Summary.ForeignAwaits);
    }

    [Fact]
    public Task An_address_in_use_is_refused_with_its_code() =>
        NetRun.Of(async cx =>
        {
            using Listener first = cx.Net.Listen(NetRun.AnyPort);
            NetworkException error = await NetRun.Fails<NetworkException>(
                "ASUP4001",
                () => cx.Net.Listen(first.LocalEndPoint).Dispose()
            );
            Assert.Equal(SocketError.AddressAlreadyInUse, error.SocketError);
            Assert.Contains(first.LocalEndPoint.ToString(), error.Message, StringComparison.Ordinal);
            first.Dispose();
            cx.Net.Listen(first.LocalEndPoint).Dispose();
        });

    [Fact]
    public Task An_address_that_is_not_ours_is_an_error_of_the_network() =>
        NetRun.Of(async cx =>
            await NetRun.Fails<NetworkException>(
                "ASUP4099",
                () => cx.Net.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)).Dispose()
            )
        );

    [Fact]
    public Task Abort_follows_a_refused_connection() =>
        NetRun.Of(async cx =>
        {
            Listener listener = cx.Net.Listen(NetRun.AnyPort);
            listener.Dispose();
            await NetRun.Fails<NetworkException>(
                "ASUP4003",
                async () => (await cx.Net.Connect(listener.LocalEndPoint)).Dispose()
            );
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Abort_follows_a_reset_by_the_other_side(bool whileItReads)
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream stream, Socket socket) = await NetRun.PairWithSocket(cx);
                using (stream)
                {
                    socket.LingerState = new LingerOption(enable: true, seconds: 0);
                    if (whileItReads)
                    {
                        cx.Spawn(async cx =>
                        {
                            await NetRun.OthersWait(cx);
                            socket.Close();
                        });
                    }
                    else
                    {
                        socket.Close();
                    }

                    await NetRun.Fails<NetworkException>("ASUP4002", async () => await stream.Read(cx, new byte[1]));
                    await NetRun.Fails<NetworkException>(
                        "ASUP4002",
                        async () =>
                        {
                            // Which of them the system lets pass is its own affair; they do not pass for ever.
                            while (true)
                            {
                                await stream.Write(cx, new byte[1]);
                            }
                        }
                    );
                    stream.CloseSending(cx);
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.True(run.Count(ObligationKind.IoOp, ObligationPhase.Aborted) >= 2);
    }

    [Fact]
    public Task What_was_closed_here_says_so() =>
        NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (far)
            {
                near.CloseSending(cx);
                near.CloseSending(cx);
                await NetRun.Fails<NetworkException>("ASUP4004", () => near.Write(cx, new byte[1]));
                Assert.Equal(0, await far.Read(cx, new byte[1]));
                near.Dispose();
                near.Dispose();
                await NetRun.Fails<NetworkException>("ASUP4004", async () => await near.Read(cx, new byte[1]));
                await NetRun.Fails<NetworkException>("ASUP4004", () => near.Write(cx, new byte[1]));
                await NetRun.Fails<NetworkException>("ASUP4004", () => near.CloseSending(cx));
                await NetRun.Fails<NetworkException>("ASUP4004", async () => await near.Close(cx, TimeSpan.Zero));
            }

            Listener listener = cx.Net.Listen(NetRun.AnyPort);
            await listener.DisposeAsync();
            await NetRun.Fails<NetworkException>("ASUP4004", async () => (await listener.Accept(cx)).Dispose());
        });

    [Fact]
    public async Task Abort_follows_a_close_while_it_waits()
    {
        NetRun run = await NetRun.Of(
            async cx =>
            {
                (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
                Listener listener = cx.Net.Listen(NetRun.AnyPort);
                await using (far)
                {
                    cx.Spawn(async cx =>
                    {
                        await NetRun.OthersWait(cx);
                        listener.Dispose();
                        near.Dispose();
                    });
                    Child<NetworkException> accepting = cx.Spawn(async cx =>
                        await NetRun.Fails<NetworkException>(
                            "ASUP4004",
                            async () => (await listener.Accept(cx)).Dispose()
                        )
                    );
                    await NetRun.Fails<NetworkException>("ASUP4004", async () => await near.Read(cx, new byte[1]));
                    await accepting.Join();
                }
            },
            new RuntimeOptions { Workers = 1 }
        );
        Assert.Equal(2, run.Count(ObligationKind.IoOp, ObligationPhase.Aborted));
    }

    [Fact]
    public Task Close_waits_for_the_other_side_and_drops_what_it_sends() =>
        NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            Child other = cx.Spawn(async cx =>
            {
                using (far)
                {
                    byte[] buffer = new byte[10];
                    await far.Write(cx, new byte[100_000]);
                    Assert.Equal(3, await far.Read(cx, buffer));
                    Assert.Equal(0, await far.Read(cx, buffer));
                }
            });
            await near.Write(cx, new byte[3]);
            Assert.True(await near.Close(cx, TimeSpan.FromSeconds(30)));
            await other.Join();
            await NetRun.Fails<NetworkException>("ASUP4004", async () => await near.Read(cx, new byte[1]));
        });

    [Fact]
    public Task Close_loses_its_patience_with_a_side_that_stays() =>
        NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (far)
            {
                Assert.False(await near.Close(cx, TimeSpan.FromMilliseconds(20)));
                Assert.Equal(0, await far.Read(cx, new byte[1]));
            }
        });

    [Fact]
    public Task Close_says_when_the_other_side_reset() =>
        NetRun.Of(async cx =>
        {
            (TcpStream stream, Socket socket) = await NetRun.PairWithSocket(cx);
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
            socket.Close();
            Assert.False(await stream.Close(cx, TimeSpan.FromSeconds(30)));
        });

    [Fact]
    public Task Reading_into_nothing_is_an_error_of_the_caller() =>
        NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (near)
            using (far)
            {
                Assert.Throws<ArgumentException>(() => near.Read(cx, Memory<byte>.Empty));
                Assert.Throws<ArgumentNullException>(() => cx.Net.Listen(null!));
                Assert.Throws<ArgumentOutOfRangeException>(() => cx.Net.Listen(NetRun.AnyPort, backlog: 0));
            }
        });

    [Fact]
    public Task A_peer_that_never_pauses_does_not_keep_others_from_running() =>
        NetRun.Of(async cx =>
        {
            (TcpStream stream, Socket socket) = await NetRun.PairWithSocket(cx);
            using (stream)
            using (socket)
            {
                const int Bytes = 1000;
                socket.Send(new byte[Bytes]);
                int before = cx.Cell.Polls;
                for (int i = 0; i < Bytes; i++)
                {
                    Assert.Equal(1, await stream.Read(cx, new byte[1]));
                }

                Assert.InRange(cx.Cell.Polls - before, Bytes / 40, Bytes);
            }
        });
}
