using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Listeners of <see cref="AsyncLocal{T}"/> values run when a poll ends, on its thread and outside of it.</summary>
public class FlowListenerTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task AsyncLocal_ItsListenerMakesTheTaskReady_TheTaskStandsInLineOnce(int workers)
    {
        const int Rounds = 2000;
        TaskCompletionSource? next = null;
        var local = new AsyncLocal<string?>(change =>
        {
            if (change is { ThreadContextChanged: true, CurrentValue: null })
            {
                Interlocked.Exchange(ref next, null)?.TrySetResult();
            }
        });
        var reports = new List<RuntimeReport>();
        Outcome<int> outcome = await AsupRuntime
            .RunAsync<int>(
                async cx =>
                    await cx.Spawn<int>(async c =>
                    {
                        local.Value = "set";
                        for (int round = 0; round < Rounds; round++)
                        {
                            var wait = new TaskCompletionSource();
                            next = wait;
                            await wait.Task;
                            await c.Yield();
                        }

                        return Rounds;
                    }),
                new RuntimeOptions { Workers = workers, Report = reports.Add }
            )
            .WaitAsync(TimeSpan.FromMinutes(1));
        Assert.Empty(reports);
        Assert.Equal(Rounds, outcome.GetOrThrow());
    }
}
