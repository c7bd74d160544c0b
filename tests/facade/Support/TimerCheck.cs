using Asupersync.Kernel;
using Microsoft.FSharp.Core;
using Xunit;

namespace Asupersync.Tests;

/// <summary>
/// Holds the timers of a scheduler against the rules of time (docs/semantics.md, chapter 13): all that happens to them is a step that
/// these rules take, the clock going from due instant to due instant. Times are counted from when the check was made.
/// </summary>
internal sealed class TimerCheck(TimeProvider provider, Func<int>? position = null) : ITimerObserver
{
    private readonly Lock _gate = new();
    private readonly long _origin = provider.GetTimestamp();
    private readonly Dictionary<PendingTimer, int> _pending = [];
    private readonly List<TimerStep> _steps = [];
    private readonly List<string> _failures = [];
    private TimeState _state = Time.initial;

    /// <summary>The steps so far, each with what <c>position</c> said when it was taken.</summary>
    internal IReadOnlyList<TimerStep> Steps
    {
        get
        {
            lock (_gate)
            {
                return [.. _steps];
            }
        }
    }

    /// <summary>What was not as the rules have it.</summary>
    internal IReadOnlyList<string> Failures
    {
        get
        {
            lock (_gate)
            {
                return [.. _failures];
            }
        }
    }

    public void Armed(PendingTimer timer, ITimerTarget told, long moment, long due)
    {
        lock (_gate)
        {
            (Target target, TimerUse use) = Describe(told);
            int number = _state.Timers.Length + 1;
            Take(TimeAction.NewArm(number, target, use, moment - _origin));
            _pending[timer] = number;
            if (_state.Timers.Length != number || _state.Timers[number - 1].Due != due - _origin)
            {
                _failures.Add($"timer {number} for {moment - _origin} is due at {due - _origin}");
            }
        }
    }

    public void Fired(PendingTimer timer, long due, long clock)
    {
        lock (_gate)
        {
            if (due > clock || clock > provider.GetTimestamp())
            {
                _failures.Add($"a timer due at {due - _origin} fires before it is due");
            }

            GoTo(due);
            Take(TimeAction.NewFire(NumberOf(timer)));
        }
    }

    public void Disarmed(PendingTimer timer)
    {
        lock (_gate)
        {
            Take(TimeAction.NewDisarm(NumberOf(timer)));
        }
    }

    public void Ended(long instant)
    {
        lock (_gate)
        {
            GoTo(instant);
        }
    }

    /// <summary>Asserts that the rules took every step.</summary>
    /// <returns>The state of clock and timers.</returns>
    internal TimeState AssertAccepted()
    {
        lock (_gate)
        {
            Assert.Empty(_failures);
            Assert.All(Time.invariants, property => Assert.True(property.Item2.Invoke(_state), property.Item1));
            return _state;
        }
    }

    private static (Target Target, TimerUse Use) Describe(ITimerTarget target) =>
        target switch
        {
            DeadlineTimer deadline => (deadline.Target, TimerUse.Deadline),
            SleepSource { Strand: TaskCell task } => (Target.Task(task.Id), TimerUse.Sleep),
            TaskTimer timer => (Target.Task(timer.Cell.Id), TimerUse.Sleep),
            Combination combination => (Target.Task(combination.Body.Id), TimerUse.Sleep),
            DrainWatch watch => (Target.Region(watch.Region.Id), TimerUse.Sleep),
            _ => (Target.None, TimerUse.Sleep),
        };

    private int NumberOf(PendingTimer timer) => _pending.Remove(timer, out int number) ? number : 0;

    private void GoTo(long instant)
    {
        if (instant - _origin > _state.Now)
        {
            Take(TimeAction.NewTick(instant - _origin));
        }
    }

    private void Take(TimeAction action)
    {
        FSharpResult<TimeState, Refused<TimeRule, TimePremise>> result = Time.step(_state, action);
        if (result.IsError)
        {
            _failures.Add($"{action}: {result.ErrorValue}");
            return;
        }

        _state = result.ResultValue;
        _steps.Add(new TimerStep(position?.Invoke() ?? 0, action));
    }
}

/// <summary>A step of time, and where in a trace it was taken.</summary>
internal readonly record struct TimerStep(int Position, TimeAction Action);
