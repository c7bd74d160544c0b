using Xunit;

namespace Asupersync.Stress;

/// <summary>The short form: each scenario for part of a second.</summary>
[Collection("One at a time")]
public sealed class ScenarioTests
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(300);

    public static TheoryData<string, int, bool> All()
    {
        var all = new TheoryData<string, int, bool>();
        foreach (Scenario scenario in Scenario.All)
        {
            foreach (int workers in (int[])[1, 2, 4, 8])
            {
                all.Add(scenario.Name, workers, false);
                all.Add(scenario.Name, workers, true);
            }
        }

        return all;
    }

    public static TheoryData<string> Names() => [.. Scenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public async Task Scenario_ForAShortTime_Passes(string name, int workers, bool shadow)
    {
        int runs = await Find(name).RunFor(new Load(1, workers, shadow), Short);
        Assert.InRange(runs, 1, int.MaxValue);
    }

    /// <summary>Each count of each scenario has to be compared with something: one event that is passed over shows.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public async Task Scenario_OneEventIsLost_Fails(string name)
    {
        Scenario scenario = Find(name);
        var load = new Load(1, 2, false);
        Counts whole = await scenario.RunOnce(load);
        Assert.NotEmpty(whole.Names);
        foreach (string count in whole.Names)
        {
            StressFailure failure = await Assert.ThrowsAsync<StressFailure>(() =>
                scenario.RunOnce(load with { Lost = count })
            );
            Assert.Contains(count, failure.Message, StringComparison.Ordinal);
            Assert.Contains("--seed 1", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Run_ATaskIsNeverWoken_FailsAndSaysWhatItWaitsFor()
    {
        var load = new Load(1, 2, false) { Limit = TimeSpan.FromMilliseconds(200) };
        var never = new TaskCompletionSource();
        StressFailure failure = await Assert.ThrowsAsync<StressFailure>(() =>
            StressRun.Of(load, new Counts(load), async _ => await never.Task)
        );
        never.SetResult();
        Assert.Contains("still running after", failure.Message, StringComparison.Ordinal);
        Assert.Contains("awaits something outside the runtime", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_TasksWaitForEachOther_FailsWithTheReport()
    {
        var load = new Load(1, 2, false);
        (_, Receiver<int> rx) = Chan.Bounded<int>(1);
        StressFailure failure = await Assert.ThrowsAsync<StressFailure>(() =>
            StressRun.Of(load, new Counts(load), async cx => await rx.Receive(cx))
        );
        Assert.Contains("ASUP2108", failure.Message, StringComparison.Ordinal);
    }

    private static Scenario Find(string name) => Scenario.All.Single(scenario => scenario.Name == name);
}
