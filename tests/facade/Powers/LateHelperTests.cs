using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Powers;

/// <summary>A helper that nobody awaited goes on after its task has ended: nobody would wait for what it does, so it may do nothing.</summary>
public class LateHelperTests
{
    [Fact]
    public Task RunBlocking_AfterTheTask_IsRefused() => IsRefused(async cx => await cx.RunBlocking(() => 1));

    [Fact]
    public Task Sleep_AfterTheTask_IsRefused() => IsRefused(async cx => await cx.Sleep(TimeSpan.FromSeconds(1)));

    [Fact]
    public Task Yield_AfterTheTask_IsRefused() => IsRefused(async cx => await cx.Yield());

    [Fact]
    public Task CancelRegionWhen_AfterTheTask_IsRefused() =>
        IsRefused(cx =>
        {
            cx.CancelRegionWhen(new CancellationToken(true));
            return Work.CompletedWork;
        });

    [Fact]
    public async Task Receive_AfterTheTask_IsRefusedAndTakesNothing()
    {
        (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(1);
        await IsRefused(
            async cx => await rx.Receive(cx),
            async cx =>
            {
                await tx.Send(cx, 7);
                return () => Assert.Equal(7, rx.TryReceive(out int item) ? item : 0);
            }
        );
    }

    [Fact]
    public async Task CancellationToken_AfterTheTask_IsTheSame()
    {
        var run = await RecordedRun.Of<bool>(async cx =>
        {
            var ended = new TaskCompletionSource();
            var same = new TaskCompletionSource<bool>();
            Child child = cx.Spawn(c =>
            {
                _ = Helper(c, c.CancellationToken);
                return Work.CompletedWork;
            });
            await child.Join();
            ended.SetResult();
            return await same.Task;

            async Task Helper(Cx c, CancellationToken token)
            {
                await ended.Task;
                same.SetResult(c.CancellationToken == token);
            }
        });
        Assert.True(run.Value);
    }

    private static async Task IsRefused(Func<Cx, Work> late, Func<Cx, Work<System.Action>>? prepare = null)
    {
        var run = await RecordedRun.Of<Exception?>(async cx =>
        {
            var ended = new TaskCompletionSource();
            var thrown = new TaskCompletionSource<Exception?>();
            System.Action? check = prepare is null ? null : await prepare(cx);
            Child child = cx.Spawn(c =>
            {
                _ = Helper(c);
                return Work.CompletedWork;
            });
            await child.Join();
            ended.SetResult();
            Exception? error = await thrown.Task;
            check?.Invoke();
            return error;

            async Task Helper(Cx c)
            {
                await ended.Task;
                try
                {
                    await late(c);
                    thrown.SetResult(null);
                }
                catch (AsupersyncException error)
                {
                    thrown.SetResult(error);
                }
            }
        });
        RefusedException refused = Assert.IsType<RefusedException>(run.Value);
        Assert.Equal(new Refusal(RuleName.Checkpoint, Premise.TaskActive), refused.Refusal);
    }
}
