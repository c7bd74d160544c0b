using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests;

/// <summary>How a test runs a program: the options of the runtime that tests set.</summary>
internal sealed record RunSettings
{
    /// <summary>For tests that rest on the order in which one worker polls tasks.</summary>
    internal static RunSettings OneWorker => new() { Workers = 1 };

    /// <summary>How many workers; 0 for as many as the variable ASUPERSYNC_WORKERS says, with which the whole suite runs again.</summary>
    internal int Workers { get; init; }

    internal TimeProvider Time { get; init; } = new ManualTime();

    internal Policy Policy { get; init; } = Policy.FailFast;

    internal WorkBudget Budget { get; init; }

    internal TimeSpan? DrainBudget { get; init; } = TimeSpan.FromSeconds(30);

    internal Escalation Escalation { get; init; }

    internal Action<RuntimeReport> FailFast { get; init; } = static _ => { };

    internal Func<Exception, bool>? IsPanic { get; init; }

    internal CancellationToken Token { get; init; }

    internal int BlockingThreads { get; init; } = 4;

    internal int BlockingQueue { get; init; } = 64;

    internal Action<Kernel.Action>? BeforeNumber { get; init; }

    internal Action<Combination.Gap>? BetweenSteps { get; init; }

    internal RuntimeOptions With(TextWriter trace, Action<RuntimeReport> report, ITimerObserver? timers = null) =>
        new()
        {
            TimeProvider = Time,
            Workers = Workers,
            Policy = Policy,
            Budget = Budget,
            DrainBudget = DrainBudget,
            Escalation = Escalation,
            FailFast = FailFast,
            IsPanic = IsPanic ?? RuntimeOptions.IsDefect,
            Trace = trace,
            Report = report,
            TimerObserver = timers,
            BlockingThreads = BlockingThreads,
            BlockingQueue = BlockingQueue,
            BeforeNumber = BeforeNumber,
            BetweenSteps = BetweenSteps,
        };
}

/// <summary>Starts programs of the facade, records them and checks the record against the pure kernel, and their timers against the rules of time.</summary>
internal static class RecordedRun
{
    /// <summary>Runs a program to its end. The limit of a minute only keeps a broken runtime from blocking the tests.</summary>
    internal static async Task<RecordedRun<T>> Of<T>(Func<Cx, Work<T>> body, RunSettings? settings = null)
    {
        settings ??= new RunSettings();
        var trace = new StringWriter();
        var timers = new TimerCheck(settings.Time, () => trace.GetStringBuilder().Length);
        var reports = new List<RuntimeReport>();
        Engine? engine = null;
        RuntimeOptions options = settings.With(
            trace,
            report =>
            {
                lock (reports)
                {
                    reports.Add(report);
                }
            },
            timers
        );
        Outcome<T> outcome = await AsupRuntime
            .RunAsync<T>(
                async cx =>
                {
                    engine = cx.Cell.Engine;
                    return await body(cx);
                },
                options,
                settings.Token
            )
            .WaitAsync(TimeSpan.FromMinutes(1));
        string text = trace.ToString();
        (IReadOnlyList<TraceStep> steps, State final) = ShadowCheck.Replay(text);
        ShadowCheck.AssertQuiescent(final);
        timers.AssertAccepted();
        if (settings.Time is ManualTime && options.WorkersInUse == 1)
        {
            Assert.Equal(final.Fingerprint, TimedReplay.Run(text, timers.Steps).Sigma.Fingerprint);
        }

        Assert.DoesNotContain(reports, report => report.Code is "ASUP2107" or "ASUP2109");
        if (engine is not null)
        {
            Assert.Null(engine.ShadowMismatch);
            Assert.Equal(engine.Ledger.Fingerprint, final.Fingerprint);
            Assert.Equal(0, engine.OpenObligations);
        }

        return new RecordedRun<T>(outcome, reports, steps, final, text, engine, timers.Steps);
    }

    /// <summary>Runs a program without a value; the value of Ok is true.</summary>
    internal static Task<RecordedRun<bool>> Of(Func<Cx, Work> body, RunSettings? settings = null) =>
        Of<bool>(
            async cx =>
            {
                await body(cx);
                return true;
            },
            settings
        );
}

/// <summary>A run that ended and passed the shadow check.</summary>
internal sealed record RecordedRun<T>(
    Outcome<T> Outcome,
    IReadOnlyList<RuntimeReport> Reports,
    IReadOnlyList<TraceStep> Steps,
    State Final,
    string Text,
    Engine? Engine,
    IReadOnlyList<TimerStep> Timers
)
{
    /// <summary>The value of a run that ended Ok; what went wrong otherwise.</summary>
    internal T Value
    {
        get
        {
            Assert.Empty(Reports);
            return Outcome.GetOrThrow();
        }
    }

    /// <summary>The error of a run that ended with one.</summary>
    internal Exception Error => Assert.IsType<Outcome<T>.Err>(Outcome).Error;

    /// <summary>The reason of a run that was cancelled.</summary>
    internal CancelReason Reason => Assert.IsType<Outcome<T>.Cancelled>(Outcome).Reason;

    internal int CountOf(RuleName rule) => Steps.Count(step => step.Action.Rule == rule);

    internal RuntimeReport Report(string code) => Assert.Single(Reports, report => report.Code == code);
}
