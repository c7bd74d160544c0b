using System.Net;
using System.Net.Sockets;
using Asupersync.Tests.Signals;
using EchoServer.SelfTest;
using Xunit;

namespace Asupersync.Tests.EchoServerTests;

[Collection(SignalCollection.Name)]
public sealed class EchoServerTests
{
    [Fact]
    public async Task The_self_test_passes()
    {
        var output = new StringWriter();
        int code = await SelfTest.Run(new Plan { Clients = 40, ResettingClients = 4 }, output);
        Assert.True(code == 0, output.ToString());
        Assert.Contains("self-test passed", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_told_and_ends_the_program()
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        var errors = new StringWriter();
        string port = $"{((IPEndPoint)taken.LocalEndPoint!).Port}";
        Assert.Equal(1, await global::EchoServer.Program.Run(["--port", port], TextWriter.Null, errors));
        Assert.StartsWith("EchoServer: ASUP4001", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("--port")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("--self-test", "--trace")]
    [InlineData("--help")]
    public async Task What_is_not_understood_shows_the_usage(params string[] arguments)
    {
        var errors = new StringWriter();
        Assert.Equal(2, await global::EchoServer.Program.Run(arguments, TextWriter.Null, errors));
        Assert.StartsWith("usage:", errors.ToString(), StringComparison.Ordinal);
    }
}
