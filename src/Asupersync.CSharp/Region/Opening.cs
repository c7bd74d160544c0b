namespace Asupersync;

/// <summary>Opening a region below the task that awaits this: OpenRegion, and when the region has closed JoinReady.</summary>
internal abstract class Opening<T, TResult> : KernelWork<TResult>
{
    private Cx _cx;
    private Body<T> _body;
    private RegionOptions _options = RegionOptions.None;
    private RegionCell? _region;
    private TaskCell<T>? _main;

    /// <summary>The work of opening a region with this body, for the holder of this context.</summary>
    internal Work<TResult> Of(in Cx cx, Body<T> body, RegionOptions? options)
    {
        _cx = cx;
        _body = body;
        _options = options ?? RegionOptions.None;
        return AsWork();
    }

    /// <summary>The call that this is, for errors.</summary>
    private protected abstract string Member { get; }

    /// <summary>What is made of the outcome: a value, or a failure to hand on.</summary>
    private protected abstract TResult Read(TaskCell opener, Outcome<T> outcome, out object? failure);

    private protected override bool TryBegin(Strand strand)
    {
        TaskCell opener = _cx.Pass(Capabilities.Spawn, Member);
        (_region, _main) = opener.Engine.OpenRegion(opener, _cx.Held, _body, _options, this);
        return true;
    }

    private protected override TResult End(out object? failure)
    {
        var opener = (TaskCell)_strand!;
        return Read(opener, opener.Engine.TakeRegion(opener, _region!, _main!), out failure);
    }

    private protected override void Free()
    {
        _cx = default;
        _body = default;
        _options = RegionOptions.None;
        _region = null;
        _main = null;
    }
}

/// <summary>Opening a region for its body's value; what went wrong is thrown where this is awaited.</summary>
internal sealed class OpenedValue<T> : Opening<T, T>
{
    [ThreadStatic]
    private static Shelf<OpenedValue<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static OpenedValue<T> Rent() => _shelf.Take();

    private protected override string Member => nameof(Cx.OpenRegion);

    private protected override T Read(TaskCell opener, Outcome<T> outcome, out object? failure) =>
        outcome.ValueFor(opener, out failure);

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}

/// <summary>Opening a region for its outcome.</summary>
internal sealed class OpenedOutcome<T> : Opening<T, Outcome<T>>
{
    [ThreadStatic]
    private static Shelf<OpenedOutcome<T>> _shelf;

    /// <summary>One that is free.</summary>
    internal static OpenedOutcome<T> Rent() => _shelf.Take();

    private protected override string Member => nameof(Cx.ObserveRegion);

    private protected override Outcome<T> Read(TaskCell opener, Outcome<T> outcome, out object? failure)
    {
        failure = null;
        return outcome;
    }

    private protected override void Free()
    {
        base.Free();
        _shelf.Put(this);
    }
}
