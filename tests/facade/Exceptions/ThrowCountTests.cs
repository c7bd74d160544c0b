using System.Runtime.ExceptionServices;
using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Exceptions;

/// <summary>
/// A throw costs as much as a dozen spawns. What goes wrong is thrown where the program awaits it, and not once more by the runtime on the
/// way there.
/// </summary>
public class ThrowCountTests
{
    // No other test has these words in an exception.
    private const string Words = "counted by ThrowCountTests";

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public async Task Cancelled_Sleeping_ThrowsOnce() =>
        Assert.Equal(1, await ThrownBy(cx => Cancelled(cx, async c => await c.Sleep(Hour))));

    [Fact]
    public async Task Cancelled_Receiving_ThrowsOnce()
    {
        (_, Receiver<int> rx) = Chan.Bounded<int>(1);
        Assert.Equal(1, await ThrownBy(cx => Cancelled(cx, async c => await rx.Receive(c))));
    }

    [Fact]
    public async Task Cancelled_Joining_ThrowsOnce() =>
        Assert.Equal(
            1,
            await ThrownBy(async cx =>
            {
                Child sleeper = cx.Spawn(c => c.Sleep(Hour));
                await Cancelled(cx, async c => await sleeper.Join());
                sleeper.Cancel();
            })
        );

    [Fact]
    public async Task Cancelled_InARegion_ThrowsOnceInTheBodyAndOnceInTheOpener() =>
        Assert.Equal(
            2,
            await ThrownBy(cx => Cancelled(cx, async c => await c.OpenRegion(async inner => await inner.Sleep(Hour))))
        );

    [Fact]
    public async Task Cancelled_AwaitedByNoMethodOfTheProgram_ThrowsNothing()
    {
        (_, Receiver<bool> rx) = Chan.Bounded<bool>(1);
        Assert.Equal(
            0,
            await ThrownBy(async cx =>
            {
                await Cancelled(cx, c => c.Sleep(Hour));
                await Cancelled(cx, c => c.OpenRegion(inner => inner.OpenRegion(innermost => innermost.Sleep(Hour))));
                Child<bool> receiver = cx.Spawn(rx.Receive);
                Child<bool> joiner = cx.Spawn(c => receiver.Join());
                await cx.Sleep(TimeSpan.FromSeconds(1));
                joiner.Cancel(Words);
                Assert.IsType<Outcome<bool>.Cancelled>(await joiner.Outcome());
                receiver.Cancel(Words);
            })
        );
    }

    [Fact]
    public async Task Failed_Region_ThrowsOnceInTheBodyAndOnceInTheOpener() =>
        Assert.Equal(
            2,
            await ThrownBy(async cx =>
                await Fails(() => cx.OpenRegion<int>(_ => throw new InvalidOperationException(Words)))
            )
        );

    [Fact]
    public async Task Failed_Child_ThrowsOnceInTheBodyAndOnceWhereItIsJoined() =>
        Assert.Equal(
            2,
            await ThrownBy(async cx => await Fails(cx.Spawn<int>(_ => throw new InvalidOperationException(Words)).Join))
        );

    private static async Work Cancelled(Cx cx, Func<Cx, Work> body)
    {
        Child child = cx.Spawn(body);
        await cx.Sleep(TimeSpan.FromSeconds(1));
        child.Cancel(Words);
        Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
    }

    private static async Work Fails(Func<Work<int>> work)
    {
        try
        {
            await work();
        }
        catch (InvalidOperationException error)
        {
            Assert.Equal(Words, error.Message);
            return;
        }

        Assert.Fail("It did not fail.");
    }

    private static async Task<int> ThrownBy(Func<Cx, Work> body)
    {
        int thrown = 0;
        void Count(object? sender, FirstChanceExceptionEventArgs e)
        {
            if (e.Exception.Message.Contains(Words, StringComparison.Ordinal))
            {
                Interlocked.Increment(ref thrown);
            }
        }

        AppDomain.CurrentDomain.FirstChanceException += Count;
        try
        {
            var run = await RecordedRun.Of(body, RunSettings.OneWorker with { Policy = Policy.CollectAll });
            Assert.True(run.Value);
        }
        finally
        {
            AppDomain.CurrentDomain.FirstChanceException -= Count;
        }

        return thrown;
    }
}
