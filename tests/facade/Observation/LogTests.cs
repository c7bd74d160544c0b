using Microsoft.Extensions.Logging;
using Xunit;

namespace Asupersync.Tests.Observation;

public class LogTests
{
    [Fact]
    public async Task Log_ARunWithALeak_HasTheReportUnderItsCode()
    {
        var log = new Listed();
        var (tx, _) = Chan.Bounded<int>(1);

        await AsupRuntime.RunAsync(
            async cx =>
                await cx.OpenRegion(
                    async scope =>
                    {
                        await tx.Reserve(scope);
                        scope.Region.Cancel("enough");
                        await Work.CompletedWork;
                    },
                    new RegionOptions { Name = "orders" }
                ),
            new RuntimeOptions { LoggerFactory = log }
        );

        Assert.Equal("Asupersync", log.Category);
        Assert.Equal([1, 3, 4, 2105, 5, 5, 2], log.Entries.Select(entry => entry.Id));
        Assert.Contains("ASUP2105", log[2105].Text, StringComparison.Ordinal);
        Assert.Equal(LogLevel.Error, log[2105].Level);
        Assert.Equal("Region 'orders' (r2) was opened by task 'main'.", log[3].Text);
        Assert.Contains("now Closing, is cancelled: User from t2@r2 \"enough\"", log[4].Text, StringComparison.Ordinal);
        Assert.StartsWith("The run ended: ok", log[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_EveryReportCode_HasAMessageOfItsOwn()
    {
        var log = new Listed();
        var run = new RunLog(log);
        string[] codes =
        [
            "2101",
            "2102",
            "2105",
            "2106",
            "2107",
            "2108",
            "2112",
            "2113",
            "2115",
            "2116",
            "2117",
            "2119",
            "2121",
        ];

        foreach (string code in codes)
        {
            run.Told(new RuntimeReport($"ASUP{code}", "words", []));
        }

        await Task.CompletedTask;
        Assert.Equal(codes.Select(int.Parse), log.Entries.Select(entry => entry.Id));
        Assert.All(log.Entries, entry => Assert.Equal($"ASUP{entry.Id}: words", entry.Text));
        Assert.Equal(codes.Length, log.Entries.Select(entry => entry.Name).Distinct().Count());
    }

    [Fact]
    public async Task Log_ThatThrows_DoesTheRunNoHarm()
    {
        Outcome<int> outcome = await AsupRuntime.RunAsync(
            _ => Work.FromResult(7),
            new RuntimeOptions { Logger = new Listed { Fails = true } }
        );

        Assert.Equal(7, outcome.GetOrThrow());
    }

    private sealed class Listed : ILogger, ILoggerFactory
    {
        internal List<(int Id, string? Name, LogLevel Level, string Text)> Entries { get; } = [];

        internal string? Category { get; private set; }

        internal bool Fails { get; init; }

        internal (int Id, string? Name, LogLevel Level, string Text) this[int id] =>
            Entries.First(entry => entry.Id == id);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            if (Fails)
            {
                throw new IOException("the log is full");
            }

            lock (Entries)
            {
                Entries.Add((eventId.Id, eventId.Name, logLevel, formatter(state, exception)));
            }
        }

        public ILogger CreateLogger(string categoryName)
        {
            Category = categoryName;
            return this;
        }

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public void Dispose() { }
    }
}
