using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Runtime;

/// <summary>Values that nothing could act on, and that no trace could hold, are refused where they come in.</summary>
public sealed class RefusedValuesTests
{
    private const CancelKind NoKind = (CancelKind)99;

    [Fact]
    public async Task Cancel_OfNoKind_IsRefused()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c => await c.Yield());
            Child<int> other = cx.Spawn(async c =>
            {
                await c.Yield();
                return 1;
            });
            Assert.Throws<ArgumentOutOfRangeException>("kind", () => cx.Region.Cancel("no", NoKind));
            Assert.Throws<ArgumentOutOfRangeException>("kind", () => child.Cancel("no", NoKind));
            Assert.Throws<ArgumentOutOfRangeException>("kind", () => other.Cancel("no", NoKind));
            await child.Join();
            await other;
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Cancel_OfARun_OfNoKind_IsRefused()
    {
        var go = new TaskCompletionSource();
        RunHandle<bool> handle = AsupRuntime.Start(async cx => await go.Task);
        Assert.Throws<ArgumentOutOfRangeException>("kind", () => handle.Cancel("no", NoKind));
        go.SetResult();
        Assert.True((await handle.Completion.WaitAsync(TimeSpan.FromMinutes(1))).IsOk);
    }

    [Fact]
    public async Task OpenRegion_WithNoPolicy_IsRefused()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            ArgumentOutOfRangeException refused = await Failures.Throws<ArgumentOutOfRangeException>(async () =>
                await cx.OpenRegion(async c => await c.Yield(), new RegionOptions { Policy = (Policy)77 })
            );
            Assert.Equal("Policy", refused.ParamName);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public void RunAsync_OptionsThatNothingCouldActOn_AreRefusedAtTheCall()
    {
        Refused<ArgumentOutOfRangeException>("Policy", new RuntimeOptions { Policy = (Policy)77 });
        Refused<ArgumentOutOfRangeException>("Escalation", new RuntimeOptions { Escalation = (Escalation)(-1) });
        Refused<ArgumentNullException>("TimeProvider", new RuntimeOptions { TimeProvider = null! });
        Refused<ArgumentNullException>("IsPanic", new RuntimeOptions { IsPanic = null! });
        Refused<ArgumentNullException>("FailFast", new RuntimeOptions { FailFast = null! });

        static void Refused<T>(string name, RuntimeOptions options)
            where T : ArgumentException =>
            Assert.Throws<T>(
                name,
                () =>
                {
                    _ = AsupRuntime.RunAsync(async cx => await cx.Yield(), options);
                }
            );
    }

    [Fact]
    public async Task Cancel_WithHalfACharacter_IsRecordedSoThatItReplays()
    {
        await Kept("cut \ud83d", "cut \ufffd");
        await Kept("\ude00\ud83d twice", "\ufffd\ufffd twice");
        await Kept("whole \ud83d\ude00 \u00e9\n\"", "whole \ud83d\ude00 \u00e9\n\"");

        static async Task Kept(string message, string kept)
        {
            var run = await RecordedRun.Of(async cx =>
            {
                cx.Region.Cancel(message);
                await cx.Yield();
            });
            Assert.Equal(kept, run.Reason.Message);
        }
    }

    [Fact]
    public void TraceError_SaysWhetherItsNumberIsOfALineOrAStep()
    {
        Assert.Equal("step 3: ASUP1207 words", new TraceError(3, "ASUP1207", "words").ToString());
        Assert.Equal("step 3: ASUP1009 words", new TraceError(3, "ASUP1009", "words").ToString());
        Assert.Equal("line 3: ASUP1205 words", new TraceError(3, "ASUP1205", "words").ToString());
    }
}
