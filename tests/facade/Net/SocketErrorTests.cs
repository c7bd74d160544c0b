using System.Net;
using System.Net.Sockets;
using Xunit;

namespace Asupersync.Tests.Net;

/// <summary>There may be no socket at all.</summary>
public sealed class SocketErrorTests
{
    [Fact]
    public Task A_socket_that_cannot_be_made_is_an_error_of_the_network() =>
        NetRun.Of(async cx =>
        {
            var nowhere = new NoSuchPoint();
            NetworkException listen = await NetRun.Fails<NetworkException>(
                "ASUP4099",
                () => _ = cx.Net.Listen(nowhere)
            );
            Assert.Contains("Listen on", listen.Message, StringComparison.Ordinal);
            Assert.Equal(SocketError.AddressFamilyNotSupported, listen.SocketError);
            NetworkException connect = await NetRun.Fails<NetworkException>(
                "ASUP4099",
                async () => await cx.Net.Connect(nowhere)
            );
            Assert.Contains("Connect on", connect.Message, StringComparison.Ordinal);
        });

    [Fact]
    public Task Close_with_a_patience_out_of_range_is_refused_and_leaves_the_stream_open() =>
        NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (near)
            using (far)
            {
                foreach (TimeSpan patience in (TimeSpan[])[TimeSpan.FromMilliseconds(-1), TimeSpan.MaxValue])
                {
                    await Failures.Throws<ArgumentOutOfRangeException>(async () => await near.Close(cx, patience));
                }

                await near.Write(cx, new byte[] { 1 });
                Assert.Equal(1, await far.Read(cx, new byte[1]));
            }
        });

    /// <summary>An address of a kind that no system here has sockets for.</summary>
    private sealed class NoSuchPoint() : IPEndPoint(IPAddress.Loopback, 1)
    {
        public override AddressFamily AddressFamily => AddressFamily.Banyan;
    }
}
