using Asupersync.Kernel;
using Microsoft.FSharp.Core;
using Xunit;

namespace Asupersync.Tests;

/// <summary>
/// Replays a recorded run together with what its timers did: labels and steps of time are taken in order by tasks and timers side by
/// side (<see cref="Deadlines"/>), where a deadline that fires and its request are one step.
/// </summary>
internal sealed class TimedReplay
{
    private readonly TraceStep[] _labels;
    private TimedState _state;
    private int _taken;

    private TimedReplay(Trace trace)
    {
        _labels = [.. trace.Steps];
        _state = Deadlines.initial(TraceModule.initial(trace.Header));
    }

    /// <summary>Replays a run whose clock counts ticks from its beginning, and asserts that all of it is accepted.</summary>
    /// <param name="text">The trace as NDJSON.</param>
    /// <param name="steps">The steps of time, each with the length of the trace when it was taken.</param>
    /// <returns>Tasks and timers at the end.</returns>
    internal static TimedState Run(string text, IReadOnlyList<TimerStep> steps)
    {
        var replay = new TimedReplay(TraceJson.readText(text).ResultValue);
        int written = 0;
        int position = 0;
        foreach (TimerStep step in steps)
        {
            written += text.AsSpan(position, step.Position - position).Count('\n');
            position = step.Position;

            // The first line is the header.
            while (replay._taken < written - 1)
            {
                replay.TakeLabel();
            }

            replay.TakeTime(step.Action);
        }

        while (replay._taken < replay._labels.Length)
        {
            replay.TakeLabel();
        }

        replay.AssertProperties();
        replay.AssertArmed();
        return replay._state;
    }

    private static TimedState Demand(FSharpResult<TimedState, TimedRefusal> result, object what) =>
        result.IsOk ? result.ResultValue : throw new Xunit.Sdk.XunitException($"{what}: {result.ErrorValue}");

    private static bool IsExpiry(TraceStep label) =>
        label.Action is Kernel.Action.CancelRequest { by: 0, reason.Kind: CancelKind.Deadline };

    private void TakeLabel()
    {
        TraceStep label = _labels[_taken++];
        Assert.False(IsExpiry(label), $"step {label.Sequence}, {label.Action}, comes from no timer");
        _state = Demand(Deadlines.step(_state, TimedAction.NewRule(label.Action)), label.Action);
    }

    private void TakeTime(TimeAction action)
    {
        if (action is TimeAction.Arm { target: var target } && !Exists(target))
        {
            // The timer of a new task or region is set before the label of its making is written.
            TakeLabel();
        }

        ulong before = _state.Sigma.Fingerprint;
        _state = Demand(Deadlines.step(_state, TimedAction.NewTime(action)), action);
        if (action is not TimeAction.Fire { timer: int number })
        {
            return;
        }

        TimerRecord fired = _state.Time.Timers[number - 1];
        if (fired.Use == TimerUse.Deadline && _taken < _labels.Length && IsExpiry(_labels[_taken]))
        {
            // The request was recorded by a label of its own; the step that fired the timer has taken it already.
            TraceStep label = _labels[_taken++];
            var request = (Kernel.Action.CancelRequest)label.Action;
            Assert.Equal(fired.Target, request.target);
            Assert.Equal(Deadlines.reason(fired.Due), request.reason);
            Assert.Equal(label.Fingerprint, FSharpValueOption<ulong>.NewValueSome(_state.Sigma.Fingerprint));
            AssertProperties();
        }
        else
        {
            Assert.Equal(before, _state.Sigma.Fingerprint);
        }
    }

    private bool Exists(Target target) =>
        _state.Sigma.HasTask(target.TaskId) || _state.Sigma.HasRegion(target.RegionId);

    private void AssertProperties() =>
        Assert.All(Deadlines.invariants, property => Assert.True(property.Item2.Invoke(_state), property.Item1));

    /// <summary>Whatever has a deadline earlier than what it is in had a timer for it.</summary>
    private void AssertArmed()
    {
        State sigma = _state.Sigma;
        foreach ((long id, RegionRecord region) in sigma.Regions)
        {
            long outer = region.Owner == 0 ? Quota.NoDeadline : sigma.Task(region.Owner).Deadline;
            AssertArmed(Target.Region(id), region.Budget.Deadline, outer);
        }

        foreach ((long id, TaskRecord task) in sigma.Tasks)
        {
            AssertArmed(Target.Task(id), task.Deadline, sigma.Region(task.Region).Budget.Deadline);
        }
    }

    private void AssertArmed(Target target, long deadline, long outer)
    {
        if (deadline < outer)
        {
            Assert.Contains(
                _state.Time.Timers,
                timer => timer.Target.Equals(target) && timer.Use == TimerUse.Deadline && timer.Due >= deadline
            );
        }
    }
}
