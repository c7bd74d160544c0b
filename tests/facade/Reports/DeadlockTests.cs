using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Reports;

public class DeadlockTests
{
    [Fact]
    public async Task Stalled_TwoTasksAwaitEachOther_AreNamedAndTheRunEnds()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child second = default;
                Child first = cx.Spawn(
                    async c =>
                    {
                        await c.Yield();
                        await second.Join();
                    },
                    new SpawnOptions { Name = "hen" }
                );
                second = cx.Spawn(async _ => await first.Join(), new SpawnOptions { Name = "egg" });
                await cx.Yield();
            },
            RunSettings.OneWorker
        );

        Assert.Equal(CancelKind.ResourceUnavailable, run.Reason.Kind);
        RuntimeReport report = run.Report("ASUP2108");
        Assert.Equal(["egg", "hen"], report.Tasks.Select(task => task.Name).Order());
        Assert.Contains("awaits task 'egg'", report.Message, StringComparison.Ordinal);
        Assert.Contains("awaits task 'hen'", report.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stalled_CleanUpDeadlocksToo_AbandonsTheRun()
    {
        var abandoned = await AbandonedRun.Of(
            async cx =>
            {
                (_, Receiver<int> rx) = Chan.Bounded<int>(1);
                try
                {
                    await rx.Receive(cx);
                }
                finally
                {
                    await rx.Receive(cx);
                }
            },
            new RunSettings()
        );

        Assert.Equal("ASUP2108", abandoned.Error.Code);
    }

    [Theory]
    [InlineData(1, CancelKind.User)]
    [InlineData(1, CancelKind.Shutdown)]
    [InlineData(2, CancelKind.User)]
    [InlineData(2, CancelKind.Shutdown)]
    public async Task Stalled_ARequestWouldWakeNobody_AbandonsTheRunAtOnce(int workers, CancelKind kind)
    {
        var abandoned = await AbandonedRun.Of(
            async cx =>
            {
                (_, Receiver<int> rx) = Chan.Bounded<int>(1);
                cx.Region.Cancel("stop", kind);
                try
                {
                    cx.Checkpoint();
                }
                finally
                {
                    await rx.Receive(cx); // In clean-up already: another request changes nothing.
                }
            },
            new RunSettings { Workers = workers }
        );

        Assert.Equal("ASUP2108", abandoned.Error.Code);
    }

    [Fact]
    public async Task Stalled_ATimerIsPending_IsNoDeadlock()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
            Child<int> receiver = cx.Spawn(async c => await rx.Receive(c));
            await cx.Sleep(TimeSpan.FromDays(400));
            await tx.Send(cx, 1);
            await receiver;
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Stalled_SomethingForeignIsAwaited_IsNoDeadlock()
    {
        var outside = new TaskCompletionSource();
        var waiting = new TaskCompletionSource();
        Task<RecordedRun<bool>> running = RecordedRun.Of(
            async cx =>
            {
                cx.Spawn(async c => await c.Yield());
                waiting.SetResult();
                await outside.Task;
            },
            RunSettings.OneWorker
        );
        await waiting.Task;
        outside.SetResult();
        var run = await running;

        Assert.True(run.Value);
    }
}
