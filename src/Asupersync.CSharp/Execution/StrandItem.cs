namespace Asupersync;

/// <summary>
/// One piece of code that a strand runs inside a poll: a suspended async method, a posted callback, a root.
/// </summary>
internal abstract class StrandItem
{
    /// <summary>Runs the piece in a poll, with its strand being <see cref="Strand.Current"/>.</summary>
    internal abstract void Run();

    /// <summary>What goes on when this piece is done, where that is known; for reports.</summary>
    internal virtual object? Continuation => null;

    /// <summary>The state machine of the async method that this piece is a call of; for reports.</summary>
    internal virtual Type? Method => null;
}
