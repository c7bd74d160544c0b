using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>What a task has left behind runs on after its end, though the ledger has forgotten the task by then.</summary>
public class EndedTaskTests
{
    [Fact]
    public async Task Spawn_CodeThatNobodyAwaitsGoesOnAfterTheEnd_IsPolledToItsEnd()
    {
        const int Tasks = 300;
        const int Turns = 4;
        int turns = 0;
        var ended = new List<TaskCell>();

        RecordedRun<bool> run = await RecordedRun.Of(async cx =>
        {
            for (int i = 0; i < Tasks; i++)
            {
                Child child = cx.Spawn(c =>
                {
                    _ = LeftBehind();
                    return Work.CompletedWork;
                });
                ended.Add(child.Cell);
            }

            while (Volatile.Read(ref turns) < Tasks * Turns)
            {
                await cx.Yield();
            }

            Assert.All(ended, static cell => Assert.True(cell.Retired));
        });

        Assert.True(run.Value);
        Assert.Equal(Tasks * Turns, turns);

        async Task LeftBehind()
        {
            for (int i = 0; i < Turns; i++)
            {
                await Task.Yield();
                Interlocked.Increment(ref turns);
            }
        }
    }
}
