using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Timing;

/// <summary>
/// Sleeps and deadlines of whole runs. Each recorded run is replayed by tasks and timers side by side (<see cref="TimedReplay"/>), so
/// that here the programs are what matters.
/// </summary>
public sealed class TimedRunTests
{
    private const int Seeds = 60;

    [Fact]
    public async Task Fire_a_late_driver_takes_deadlines_in_order_and_at_their_instants()
    {
        var time = new ManualTime();
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child later = cx.Spawn(async c => await c.Sleep(Ms(900)), Within(30));
                Child sooner = cx.Spawn(async c => await c.Sleep(Ms(900)), Within(20));
                Child sleeper = cx.Spawn(async c => await c.Sleep(Ms(25)));
                await cx.Yield();
                time.Advance(Ms(500));
                await sleeper.Join();
                Assert.Equal(Ms(30).Ticks, Assert.IsType<Outcome<bool>.Cancelled>(await later.Outcome()).Reason.At);
                Assert.Equal(Ms(20).Ticks, Assert.IsType<Outcome<bool>.Cancelled>(await sooner.Outcome()).Reason.At);
            },
            new RunSettings
            {
                Time = time,
                Policy = Policy.CollectAll,
                Workers = 1,
            }
        );

        Assert.Equal(
            [Target.Task(3), Target.Task(2)],
            run.Steps.Select(step => step.Action).OfType<Kernel.Action.CancelRequest>().Select(asked => asked.target)
        );
        Assert.Equal(
            [Ms(20).Ticks, Ms(25).Ticks, Ms(30).Ticks, Ms(500).Ticks],
            run.Timers.Select(step => step.Action).OfType<TimeAction.Tick>().Select(tick => tick.now).Take(4)
        );
    }

    [Fact]
    public async Task Fire_deadlines_of_one_instant_are_taken_as_they_were_set()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                for (int i = 0; i < 5; i++)
                {
                    cx.Spawn(async c => await c.Sleep(Ms(900)), Within(20));
                }

                await cx.Sleep(Ms(1));
            },
            new RunSettings { Policy = Policy.CollectAll, Workers = 1 }
        );

        Assert.Equal(
            [2, 3, 4, 5, 6],
            run.Steps.Select(step => step.Action)
                .OfType<Kernel.Action.CancelRequest>()
                .Select(asked => asked.target.TaskId)
        );
    }

    [Fact]
    public async Task Fire_the_replay_notices_a_request_of_another_time_and_one_that_no_timer_made()
    {
        var run = await RecordedRun.Of(
            async cx => await cx.Spawn(async c => await c.Sleep(Ms(900)), Within(20)).Outcome(),
            RunSettings.OneWorker
        );

        string at = $"\"at\":{Ms(20).Ticks}";
        Assert.Contains(at, run.Text, StringComparison.Ordinal);
        TimedReplay.Run(run.Text, run.Timers);
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
            TimedReplay.Run(run.Text.Replace(at, $"\"at\":{Ms(20).Ticks + 1}", StringComparison.Ordinal), run.Timers)
        );
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
            TimedReplay.Run(run.Text, [.. run.Timers.Where(step => !step.Action.IsFire)])
        );
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
            TimedReplay.Run(run.Text, [.. run.Timers.Where(step => step.Action.IsTick)])
        );
    }

    [Fact]
    public async Task Random_programs_of_sleeps_and_deadlines_keep_to_the_rules_of_time()
    {
        int sleeps = 0;
        int deadlines = 0;
        int disarmed = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                var time = new ManualTime();
                var random = new Random(seed);
                var run = await RecordedRun.Of(
                    async cx => await Branch(cx, random, time, 3),
                    new RunSettings
                    {
                        Time = time,
                        Policy = Policy.CollectAll,
                        Workers = 1,
                    }
                );
                IReadOnlyList<TimerRecord> timers = [.. TimedReplay.Run(run.Text, run.Timers).Time.Timers];
                sleeps += timers.Count(timer => timer is { Use: TimerUse.Sleep, Phase: TimerPhase.Fired });
                deadlines += timers.Count(timer => timer is { Use: TimerUse.Deadline, Phase: TimerPhase.Fired });
                disarmed += timers.Count(timer => timer.Phase == TimerPhase.Disarmed);
            }
            catch (Exception exception)
            {
                throw new Xunit.Sdk.XunitException($"seed {seed}: {exception}");
            }
        }

        Assert.True(sleeps > 100 && deadlines > 100 && disarmed > 100, $"{sleeps}, {deadlines}, {disarmed}");
    }

    private static TimeSpan Ms(double milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    private static SpawnOptions Within(double milliseconds) =>
        new() { Budget = new WorkBudget { Timeout = Ms(milliseconds) } };

    private static WorkBudget Some(Random random) =>
        random.Next(2) == 0 ? WorkBudget.Unlimited : new WorkBudget { Timeout = Ms(10 * random.Next(6)) };

    /// <summary>Sleeps, spawns, opens regions and cancels at random; time also passes while it runs, so that timers are late.</summary>
    private static async Work<int> Branch(Cx cx, Random random, ManualTime time, int depth)
    {
        var children = new List<Child<int>>();
        int steps = random.Next(2, 7);
        for (int i = 0; i < steps; i++)
        {
            switch (random.Next(7))
            {
                case 0:
                    time.Advance(Ms(random.Next(25)));
                    break;
                case 1:
                    await cx.Yield();
                    break;
                case 2 or 3 when depth > 0:
                    children.Add(
                        cx.Spawn(
                            async c => await Branch(c, random, time, depth - 1),
                            new SpawnOptions { Budget = Some(random) }
                        )
                    );
                    break;
                case 4 when depth > 0:
                    await cx.ObserveRegion<int>(
                        async c => await Branch(c, random, time, depth - 1),
                        new RegionOptions { Budget = Some(random), Policy = Policy.CollectAll }
                    );
                    break;
                case 5 when children.Count > 0:
                    children[random.Next(children.Count)].Cancel("at random");
                    break;
                default:
                    await cx.Sleep(Ms(10 * random.Next(5)));
                    break;
            }
        }

        return steps;
    }
}
