namespace Asupersync;

/// <summary>A checkpoint and a turn of rest.</summary>
internal sealed class YieldWork : StepWork<Nothing>
{
    [ThreadStatic]
    private static Shelf<YieldWork> _shelf;

    /// <summary>One that is free.</summary>
    internal static YieldWork Rent() => _shelf.Take();

    private Cx _cx;

    /// <summary>The work of yielding, for the holder of this context.</summary>
    internal Work<Nothing> Of(in Cx cx)
    {
        _cx = cx;
        return AsWork();
    }

    private protected override bool TryBegin(Strand strand)
    {
        _cx.Pass(Capabilities.None, nameof(Cx.Yield));
        strand.AddReady(this);
        return true;
    }

    private protected override Nothing End(out object? failure)
    {
        failure = null;
        return default;
    }

    private protected override void Free()
    {
        _cx = default;
        _shelf.Put(this);
    }
}
