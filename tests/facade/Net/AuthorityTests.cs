using Xunit;

namespace Asupersync.Tests.Net;

/// <summary>Who may use the network.</summary>
public sealed class AuthorityTests
{
    [Fact]
    public Task A_context_without_the_network_is_refused_by_name() =>
        NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using Listener listener = cx.Net.Listen(NetRun.AnyPort);
            using (near)
            using (far)
            {
                Cx narrow = cx.Narrow(Capabilities.All & ~Capabilities.Network);
                Func<Work>[] calls =
                [
                    () =>
                    {
                        _ = narrow.Net;
                        return Work.CompletedWork;
                    },
                    async () => (await listener.Accept(narrow)).Dispose(),
                    async () => await near.Read(narrow, new byte[1]),
                    () => near.Write(narrow, new byte[1]),
                    async () => await near.Close(narrow, TimeSpan.Zero),
                ];
                foreach (Func<Work> call in calls)
                {
                    CapabilityException error = await NetRun.Fails<CapabilityException>("ASUP3001", call);
                    Assert.Contains("Network", error.Message, StringComparison.Ordinal);
                }
            }
        });

    [Fact]
    public Task The_network_of_another_task_is_refused() =>
        NetRun.Of(async cx =>
        {
            Network net = cx.Net;
            await cx.Spawn(async cx =>
                    await NetRun.Fails<CapabilityException>("ASUP3002", () => net.Listen(NetRun.AnyPort).Dispose())
                )
                .Join();
        });

    [Fact]
    public async Task A_stream_of_another_runtime_is_refused()
    {
        var lent = new TaskCompletionSource<TcpStream>();
        var done = new TaskCompletionSource();
        Task<NetRun> owner = NetRun.Of(async cx =>
        {
            (TcpStream near, TcpStream far) = await NetRun.Pair(cx);
            using (near)
            using (far)
            {
                lent.SetResult(near);
                await done.Task;
            }
        });
        await NetRun.Of(async cx =>
        {
            TcpStream stream = await lent.Task;
            await NetRun.Fails<CapabilityException>("ASUP3004", async () => await stream.Read(cx, new byte[1]));
            done.SetResult();
        });
        await owner;
    }
}
