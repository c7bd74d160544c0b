using Asupersync.Kernel;
using Microsoft.Extensions.Logging;

namespace Asupersync;

/// <summary>What to do when a drain budget or a clean-up allowance is spent (docs/rationale.md, D8).</summary>
public enum Escalation
{
    /// <summary>Report what is left, by name, and keep waiting.</summary>
    ReportAndWait,

    /// <summary>
    /// Report, and give the run up: the kernel aborts what tasks hold that wait for the outside; if that was something, what waited for it
    /// gets the drain budget once more; then the kernel aborts what it still can, and the run ends with a
    /// <see cref="DrainExhaustedException"/>. The scheduler's background thread is left behind.
    /// </summary>
    Abandon,

    /// <summary>Report, and end the process by <see cref="RuntimeOptions.FailFast"/>.</summary>
    FailFast,
}

/// <summary>Something the runtime has to tell people.</summary>
/// <param name="Code">A stable code, for example ASUP2101.</param>
/// <param name="Message">What happened, to which task, and what to do.</param>
/// <param name="Tasks">The tasks concerned.</param>
public sealed record RuntimeReport(string Code, string Message, IReadOnlyList<TaskReport> Tasks);

/// <summary>What is known of one task in a report.</summary>
/// <param name="Id">Its identifier in the trace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Phase">Its phase.</param>
/// <param name="Age">How long it has existed, to about 10 milliseconds.</param>
/// <param name="LastCheckpoint">Where it last passed a checkpoint, or "none".</param>
/// <param name="Waiting">What it waits for, or "running".</param>
public sealed record TaskReport(
    long Id,
    string Name,
    TaskPhase Phase,
    TimeSpan Age,
    string LastCheckpoint,
    string Waiting
)
{
    /// <summary>The async methods in which it is suspended, the innermost first; empty when not known.</summary>
    public string AwaitSite { get; init; } = "";

    /// <summary>One line for people.</summary>
    /// <returns>Name, phase, age, wait, await site and last checkpoint.</returns>
    public override string ToString() =>
        $"t{Id} '{Name}' {Phase}, {Age.TotalMilliseconds:F0} ms old, {Waiting}{(AwaitSite.Length > 0 ? $" in {AwaitSite}" : "")}, "
        + $"last checkpoint: {LastCheckpoint}";
}

/// <summary>
/// How a runtime is run. Checked when the run is started: <see cref="TimeProvider"/>, <see cref="IsPanic"/> and <see cref="FailFast"/> that
/// are null are refused with <see cref="ArgumentNullException"/>, a <see cref="Policy"/> or <see cref="Escalation"/> that is no value of its
/// enumeration with <see cref="ArgumentOutOfRangeException"/>, numbers out of range with <see cref="AsupersyncException"/>.
/// </summary>
public sealed class RuntimeOptions
{
    /// <summary>The clock of the runtime; deadlines, sleeps and timestamps come from it.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What a failing child of the root region does.</summary>
    public Policy Policy { get; init; } = Policy.FailFast;

    /// <summary>The budget of the root region.</summary>
    public WorkBudget Budget { get; init; } = WorkBudget.Unlimited;

    /// <summary>How much the root region may hold at a time; null for no limits.</summary>
    public RegionLimits? Limits { get; init; }

    /// <summary>
    /// How long a cancelled region may take to close before it is reported: zero or more (else ASUP2110), and <see cref="TimeSpan.MaxValue"/>
    /// for practically any time. Null for any time.
    /// </summary>
    public TimeSpan? DrainBudget { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What happens when a drain budget, or an allowance of polls for clean-up, is spent.</summary>
    public Escalation Escalation { get; init; }

    /// <summary>
    /// Ends the process, for <see cref="Escalation.FailFast"/>; any thread. If it returns, the run ends with a
    /// <see cref="DrainExhaustedException"/>. The default is <see cref="Environment.FailFast(string)"/>.
    /// </summary>
    public Action<RuntimeReport> FailFast { get; init; } =
        static report => Environment.FailFast($"asupersync {report.Code}: {report.Message}");

    /// <summary>Receives every label of the run as NDJSON (docs/trace-format.md); null records nothing. Written by one worker at a time.</summary>
    public TextWriter? Trace { get; init; }

    /// <summary>
    /// Receives reports; any thread. The run does not end before it has returned, unless it takes longer than a second. The default writes
    /// one line each to standard error, unless there is a log.
    /// </summary>
    public Action<RuntimeReport>? Report { get; init; }

    /// <summary>The log: reports with the number of their code as event id, the run's begin and end, regions at level Debug. Null writes none.</summary>
    public ILogger? Logger { get; init; }

    /// <summary>Makes the log, of category Asupersync, when <see cref="Logger"/> is not given.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Whether each spawned task gets an activity, as each region does, while somebody listens to the source Asupersync.</summary>
    public bool TaskActivities { get; init; }

    /// <summary>Told what the run did when its root region has closed, just before the run ends; on a worker.</summary>
    public Action<RunSummary>? OnClosed { get; init; }

    /// <summary>The seed of <see cref="Cx.Random"/>; null draws one from the operating system, see <see cref="RunSummary.Seed"/>.</summary>
    public ulong? RandomSeed { get; init; }

    /// <summary>Whether an exception that leaves a body is a panic, that is a defect, rather than an error.</summary>
    public Func<Exception, bool> IsPanic { get; init; } = IsDefect;

    /// <summary>
    /// Threads that poll tasks; 0, the default, for one per core, or as many as the variable ASUPERSYNC_WORKERS says. With one, every run of
    /// a program that depends on nothing outside takes the same steps: new tasks begin when the others wait, the newest first, and all of
    /// them in the order of their birth when a task yields. With several they begin in no order that a program could rest on.
    /// </summary>
    public int Workers { get; init; }

    /// <summary>
    /// How long one poll may take, in real time, before its task is reported as ASUP2119; looked at once in that time, so a poll is reported
    /// after at most twice as long. Null, the default, for no limit.
    /// </summary>
    public TimeSpan? PollBudget { get; init; }

    /// <summary>
    /// Shadow mode: every step of the run is also taken by the pure kernel, in the order in which the workers took them, and the ends are
    /// compared. What differs is reported as ASUP2117. Costs time and memory; for tests.
    /// </summary>
    public bool Shadow { get; init; }

    /// <summary>Dispatches from the cancel lane in one service cycle.</summary>
    public int CancelLimit { get; init; } = Lanes.DefaultCancelLimit;

    /// <summary>Dispatches from the timed lane in one service cycle.</summary>
    public int TimedLimit { get; init; } = Lanes.DefaultTimedLimit;

    /// <summary>The most threads for synchronous code (<see cref="Cx.RunBlocking{T}(Func{CancellationToken, T})"/>), at least 1. They start when needed.</summary>
    public int BlockingThreads { get; init; } = 64;

    /// <summary>The most calls of synchronous code that wait for a thread, from 0; more are refused.</summary>
    public int BlockingQueue { get; init; } = 1024;

    /// <summary>Told what happens to timers; for tests.</summary>
    internal ITimerObserver? TimerObserver { get; init; }

    /// <summary>
    /// Told of each step of a recorded run between what it changed and the number that it gets, while its gates are held; for tests, which
    /// keep it there for a while.
    /// </summary>
    internal Action<Kernel.Action>? BeforeNumber { get; init; }

    /// <summary>Told, outside of all gates, where a worker rests a step on what it has seen before; for tests, which keep it there.</summary>
    internal Action<Combination.Gap>? BetweenSteps { get; init; }

    /// <summary>The default of <see cref="IsPanic"/>: exceptions that only a defect of the program raises.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <returns>True for a defect.</returns>
    public static bool IsDefect(Exception exception) =>
        exception
            is PanicException
                or PanickedException
                or NullReferenceException
                or IndexOutOfRangeException
                or InvalidCastException
                or ArrayTypeMismatchException
                or DivideByZeroException
                or OutOfMemoryException
                or InvalidProgramException
                or InsufficientExecutionStackException
                or System.Diagnostics.UnreachableException;

    /// <summary>The number of workers that these options come to.</summary>
    internal int WorkersInUse => Workers == 0 ? DefaultWorkers : Workers;

    private static int DefaultWorkers { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("ASUPERSYNC_WORKERS"), out int workers) && workers > 0
            ? workers
            : Environment.ProcessorCount;

    internal static void CheckDrain(TimeSpan? budget)
    {
        if (budget < TimeSpan.Zero)
        {
            throw new AsupersyncException(
                "ASUP2110",
                "DrainBudget is negative; give a time from zero up, or null for no limit."
            );
        }
    }

    /// <summary>Refuses a number that is no value of its enumeration: nothing would know what to do with it, and no trace could hold it.</summary>
    internal static void CheckDefined<T>(T value, string name)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw new ArgumentOutOfRangeException(name, value, $"{value} is no {typeof(T).Name}.");
        }
    }

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(IsPanic);
        ArgumentNullException.ThrowIfNull(FailFast);
        if (PollBudget is { } poll && (poll < TimeSpan.FromMilliseconds(1) || poll > TimeSpan.FromDays(1)))
        {
            throw new AsupersyncException(
                "ASUP2120",
                "PollBudget is from a millisecond to a day, or null for no limit."
            );
        }

        if (Workers is < 0 or > 1024)
        {
            throw new AsupersyncException("ASUP2118", "Workers is from 1 to 1024, or 0 for one per core.");
        }

        CheckDrain(DrainBudget);
        CheckDefined(Policy, nameof(Policy));
        CheckDefined(Escalation, nameof(Escalation));
        Limits?.Validate();
        if (CancelLimit < 1 || TimedLimit < 1)
        {
            throw new AsupersyncException(
                "ASUP2111",
                "CancelLimit and TimedLimit are at least 1; a lane that is never served starves."
            );
        }

        if (BlockingThreads < 1 || BlockingQueue < 0)
        {
            throw new AsupersyncException(
                "ASUP2302",
                "BlockingThreads is at least 1, and BlockingQueue not negative; else RunBlocking could not run anything."
            );
        }
    }
}
