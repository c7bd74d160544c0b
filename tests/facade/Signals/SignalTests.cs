using System.Globalization;
using System.Runtime.InteropServices;
using Asupersync.Tests.Net;
using Xunit;

namespace Asupersync.Tests.Signals;

/// <summary>Signals reach every run of the process, so tests that send some do not run beside each other.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SignalCollection
{
    public const string Name = "signals";
}

[Collection(SignalCollection.Name)]
public sealed class SignalTests
{
    private const int SigInt = 2;
    private const int SigTerm = 15;

    /// <summary>A shell that starts this in the background may have it ignore SIGINT, and .NET leaves that so: then there is nothing to see.</summary>
    public static TheoryData<int, ShutdownSignal> Heard()
    {
        const string Status = "/proc/self/status";
        string ignored =
            (File.Exists(Status) ? File.ReadLines(Status) : []).FirstOrDefault(line =>
                line.StartsWith("SigIgn:", StringComparison.Ordinal)
            ) ?? "SigIgn: 0";
        ulong mask = ulong.Parse(
            ignored["SigIgn:".Length..].Trim(),
            NumberStyles.HexNumber,
            CultureInfo.InvariantCulture
        );
        var heard = new TheoryData<int, ShutdownSignal> { { SigTerm, ShutdownSignal.Terminate } };
        if ((mask >> (SigInt - 1) & 1) == 0)
        {
            heard.Add(SigInt, ShutdownSignal.Interrupt);
        }

        return heard;
    }

    [Theory]
    [MemberData(nameof(Heard))]
    public Task A_signal_ends_the_wait_and_not_the_process(int number, ShutdownSignal meaning) =>
        NetRun.Of(
            async cx =>
            {
                for (int time = 0; time < 2; time++)
                {
                    cx.Spawn(cx =>
                    {
                        Send(number);
                        return Work.CompletedWork;
                    });
                    Assert.Equal(meaning, await cx.Signals.Shutdown());
                }
            },
            // The child sends only after this task waits; before the first wait the signal would end the process.
            new RuntimeOptions { Workers = 1 }
        );

    [Fact]
    public Task A_signal_that_comes_while_nobody_waits_is_kept() =>
        NetRun.Of(
            async cx =>
            {
                Child<ShutdownSignal> first = cx.Spawn(async cx => await cx.Signals.Shutdown());
                await NetRun.OthersWait(cx);
                first.Cancel("does not wait any more");
                Assert.IsType<Outcome<ShutdownSignal>.Cancelled>(await first.Outcome());
                Send(SigTerm);
                Assert.Equal(ShutdownSignal.Terminate, await cx.Signals.Shutdown());
            },
            new RuntimeOptions { Workers = 1 }
        );

    [Fact]
    public Task All_that_wait_get_the_same_signal() =>
        NetRun.Of(
            async cx =>
            {
                Child<ShutdownSignal>[] waiting =
                [
                    .. Enumerable.Range(0, 3).Select(_ => cx.Spawn(cx => cx.Signals.Shutdown())),
                ];
                await NetRun.OthersWait(cx);
                waiting[1].Cancel("does not wait any more");
                Send(SigTerm);
                Assert.Equal(ShutdownSignal.Terminate, await waiting[0]);
                Assert.False((await waiting[1].Outcome()).IsOk);
                Assert.Equal(ShutdownSignal.Terminate, await waiting[2]);
            },
            new RuntimeOptions { Workers = 1 }
        );

    [Fact]
    public Task A_context_without_signals_is_refused_by_name() =>
        NetRun.Of(async cx =>
        {
            Cx narrow = cx.Narrow(Capabilities.Network);
            CapabilityException error = await NetRun.Fails<CapabilityException>(
                "ASUP3001",
                () =>
                {
                    _ = narrow.Signals;
                }
            );
            Assert.Contains("Signals", error.Message, StringComparison.Ordinal);
        });

    private static void Send(int signal) => Assert.Equal(0, Kill(Environment.ProcessId, signal));

    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}
