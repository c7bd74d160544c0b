using Asupersync.Kernel;
using Microsoft.FSharp.Core;
using KAction = Asupersync.Kernel.CombinatorAction;

namespace Asupersync;

/// <summary>
/// One call of a combinator. What settles the call, what is asked then and what it returns is decided by the kernel's rules of
/// docs/semantics.md, chapter 14; this class tells them what happens in the region of the call, in the order of the trace, and does
/// what they ask for.
/// </summary>
internal sealed class Combination : ITimerTarget
{
    private readonly Branch[] _branches;
    private readonly TimeSpan? _time;
    private readonly WaitSource<Nothing> _drained = new();
    private CombinatorState _state;
    private TaskCell? _body;
    private int? _ticket;
    private PendingTimer _timer;
    private long _due;
    private CancelReason? _reason;
    private RefusedException? _refusal;
    private CancelKind? _ask;
    private int _asking;
    private bool _isOver;

    /// <summary>Where a worker has looked at the call, and another one may take a step before it goes on.</summary>
    internal enum Gap
    {
        /// <summary>It will ask for the region to be cancelled, in the name of the body.</summary>
        BeforeAsking,

        /// <summary>The body has started the branches that it starts, and will see whether to wait for them.</summary>
        BeforeWaiting,
    }

    internal Combination(CombinatorForm form, string name, Branch[] branches, TimeSpan? time = null)
    {
        Name = name;
        _branches = branches;
        _time = time;
        _state = Kernel.Combinator.initialInPlace(form, branches.Length);
    }

    /// <summary>What the call is called.</summary>
    internal string Name { get; }

    /// <summary>The task that starts the branches and waits for them; only when it has begun.</summary>
    internal TaskCell Body => _body!;

    /// <summary>The branch whose value the call returns, from 0.</summary>
    internal int Winner => _state.Result.Branch - 1;

    /// <summary>Whether nothing has settled the call. Asked while the gate of its region is held, but for a first look.</summary>
    internal bool IsOpen => _state.Phase == CombinatorPhase.Open;

    /// <summary>Carries the call out, for the task of the context.</summary>
    /// <param name="cx">The context of the caller.</param>
    /// <param name="value">Makes the value when it ended well.</param>
    /// <returns>How the call ended; all its tasks have.</returns>
    internal async Work<Outcome<T>> Run<T>(Cx cx, Func<T> value)
    {
        Engine engine = cx.Cell.Engine;
        _due = _time is { } time ? engine.Scheduler.Timers.After(time) : 0;
        Outcome<Nothing> region = await cx.ObserveRegion(
            Coordinate,
            new RegionOptions
            {
                Name = Name,
                Policy = Policy.CollectAll,
                DrainBudget = engine.Options.DrainBudget,
            }
        );
        if (IsOpen)
        {
            // Cancelled before the body of the region had begun.
            Take(KAction.CombinatorCancel);
        }

        Take(KAction.NewCombinatorReturn(region.Severity));
        return Conclude(region, value);
    }

    /// <summary>The kernel's CancelledRegion effect for the region of the call.</summary>
    internal void OnCancelled()
    {
        CancelReason reason = _body!.Region.Record.Reason;
        bool own = reason.Task == _body.Id && reason.Kind == Kernel.Combinator.loserKind(_state.Form);
        if (!own)
        {
            _reason = reason;
            Take(KAction.CombinatorCancel);
        }
    }

    /// <summary>The kernel's TaskCompleted effect for a task of the region: if it is a branch, its outcome is taken and counts here.</summary>
    internal void OnCompleted(TaskCell task)
    {
        if (task.Branch is { } branch)
        {
            Severity severity = task.Record.Outcome.Severity;
            task.Engine.JoinReadyHeld(task.Engine.Here, _body!, task);
            Take(KAction.NewBranchEnd(branch.Number, severity));
        }
    }

    /// <summary>A branch was spawned; told before it can begin.</summary>
    internal void OnStarted(Branch branch) => Take(KAction.NewBranchStart(branch.Number));

    /// <summary>Does what the steps asked for, outside of all gates.</summary>
    internal void CarryOut()
    {
        if (_body is not { } body)
        {
            return;
        }

        if (!IsOpen)
        {
            _timer.Disarm();
        }

        while (TakeAsk(body) is { } kind)
        {
            body.Engine.Options.BetweenSteps?.Invoke(Gap.BeforeAsking);
            body.Engine.Cancel(body, Target.Region(body.Region.Id), kind, null);
            using (body.Engine.Enter(body.Region))
            {
                _asking--;
            }
        }

        int? over = null;
        using (body.Engine.Enter(body.Region))
        {
            if (_isOver && _ask is null && _asking == 0)
            {
                over = _ticket;
                _ticket = null;
            }
        }

        if (over is { } ticket)
        {
            _drained.TryComplete(ticket, default);
        }
    }

    private CancelKind? TakeAsk(TaskCell body)
    {
        using (body.Engine.Enter(body.Region))
        {
            CancelKind? ask = _ask;
            _ask = null;
            _asking += ask is null ? 0 : 1;
            return ask;
        }
    }

    void ITimerTarget.OnTimer(int ticket, long due) => TimeUp();

    private void TimeUp()
    {
        using (_body!.Engine.Enter(_body.Region))
        {
            if (IsOpen)
            {
                Take(KAction.TimeUp);
            }
        }

        CarryOut();
    }

    /// <summary>
    /// The body of the region. It waits for the branches without looking for requests: those reach the branches by themselves, and
    /// the body has no clean-up of its own.
    /// </summary>
    private async Work<Nothing> Coordinate(Cx cx)
    {
        _body = cx.Cell;
        _body.Region.Combination = this;
        if (_time is not null)
        {
            SetTimer(_body.Engine.Scheduler.Timers);
        }

        for (int number = 1; number <= _branches.Length && IsOpen; number++)
        {
            Start(cx, number);
        }

        _body.Engine.Options.BetweenSteps?.Invoke(Gap.BeforeWaiting);
        bool waits;
        using (_body.Engine.Enter(_body.Region))
        {
            // Whoever is about to ask in the body's name, on another worker, ends the wait after that.
            waits = !Kernel.Combinator.isDrained(_state) || _ask is not null || _asking > 0;
            if (waits)
            {
                _body.WaitsFor = "waits for its branches";
                _ticket = _drained.Arm(_body, WaitMode.Uninterruptible);
            }
        }

        if (waits)
        {
            await _drained;
            _body.WaitsFor = null;
        }

        return default;
    }

    private void SetTimer(Timers timers)
    {
        if (_due <= timers.Provider.GetTimestamp())
        {
            TimeUp();
        }
        else
        {
            _timer = timers.AddAt(this, _due);
        }
    }

    private void Start(Cx cx, int number)
    {
        try
        {
            _branches[number - 1].Spawn(cx, this, number);
        }
        catch (RefusedException refused)
        {
            using (_body!.Engine.Enter(_body.Region))
            {
                _refusal = refused;
                if (IsOpen)
                {
                    Take(KAction.NewBranchRefused(number));
                }
            }

            CarryOut();
        }
    }

    /// <summary>Takes a step of the kernel's module; what it asks for is noted. The gate of the region is held.</summary>
    private void Take(KAction action)
    {
        CombinatorState before = _state;
        FSharpResult<CombinatorState, Refused<CombinatorRule, CombinatorPremise>> result = Kernel.Combinator.step(
            before,
            action
        );
        if (result.IsError)
        {
            throw new InvalidOperationException($"ASUP2903: {result.ErrorValue}; this is a bug of the runtime.");
        }

        _state = result.ResultValue;
        if (_body is null)
        {
            return;
        }

        if (
            Kernel.Combinator.cancelRest(before, _state) is { IsSome: true } kind
            && _body.Region.Record.Live > 1 // Somebody besides the body.
        )
        {
            _ask = kind.Value;
        }

        _isOver = Kernel.Combinator.isDrained(_state);
    }

    /// <summary>The result that the kernel decided on, with the values and exceptions that the kernel does not hold.</summary>
    private Outcome<T> Conclude<T>(Outcome<Nothing> region, Func<T> value) =>
        _state.Result.Severity switch
        {
            Severity.Ok => new Outcome<T>.Ok(value()),
            _ when _state.Result.Branch > 0 => _branches[Winner].Failure<T>(),
            Severity.Err when _state.Cause == CombinatorCause.TimeUp => new Outcome<T>.Err(
                new TimedOutException(_time!.Value, (region as Outcome<Nothing>.Err)?.Error)
            ),
            Severity.Err when _refusal is not null => new Outcome<T>.Err(_refusal),
            Severity.Cancelled when region.Severity < Severity.Cancelled => new Outcome<T>.Cancelled(_reason!),
            _ => region.WithoutValue<T>(),
        };
}
