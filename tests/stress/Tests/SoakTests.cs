using Xunit;

namespace Asupersync.Stress;

[Collection("One at a time")]
public sealed class SoakTests
{
    private const long Used = 10 << 20;

    [Fact]
    public async Task Soak_ForAShortTime_PrintsSamplesAndPasses()
    {
        using var output = new StringWriter();
        int runs = await Soak.Run(TimeSpan.FromSeconds(2), new Load(1, 2, false), output);
        Assert.InRange(runs, Scenario.All.Count, int.MaxValue);
        Assert.Contains("in use", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Rise_MemoryThatStays_IsNone()
    {
        var random = new Random(1);
        long[] samples = [.. Enumerable.Range(0, 120).Select(_ => Used + random.Next(3 << 20))];
        Assert.False(Trend.Rises(samples));
    }

    [Fact]
    public void Rise_MemoryThatSettlesAfterTheBeginning_IsNone()
    {
        long[] samples = [.. Enumerable.Range(0, 120).Select(i => i < 30 ? Used / 2 + i * (Used / 60) : Used)];
        Assert.False(Trend.Rises(samples));
    }

    [Theory]
    [InlineData(100_000)]
    [InlineData(1_000_000)]
    public void Rise_ALeak_IsSeenThroughTheNoise(int bytesASample)
    {
        var random = new Random(1);
        long[] samples = [.. Enumerable.Range(0, 120).Select(i => Used + i * bytesASample + random.Next(1 << 20))];
        Assert.True(Trend.Rises(samples));
        Assert.InRange(Trend.Rise(samples), 70.0 * bytesASample, 90.0 * bytesASample);
    }
}
