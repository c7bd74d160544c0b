namespace Asupersync;

/// <summary>
/// One piece of code that a strand runs inside a poll: a suspended async method, a posted callback, a root.
/// </summary>
internal abstract class StrandItem
{
    /// <summary>Runs the piece on the scheduler thread, with its strand being <see cref="Strand.Current"/>.</summary>
    internal abstract void Run();
}
