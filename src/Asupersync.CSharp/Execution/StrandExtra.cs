namespace Asupersync;

/// <summary>The rarely needed part of a strand, made when it is first needed.</summary>
internal sealed class StrandExtra
{
    /// <summary>The scheduler of a strand that does not know it otherwise.</summary>
    internal Scheduler? Scheduler;

    /// <summary>Whom a strand tells of itself that is not its own owner.</summary>
    internal IStrandOwner? Owner;

    /// <summary>Ready pieces behind the first one.</summary>
    internal readonly Queue<object> Ready = new();

    /// <summary>Armed waits besides the first one.</summary>
    internal readonly List<WorkSource> Waits = [];

    /// <summary><c>async void</c> methods that have not ended; counted from any thread.</summary>
    internal int AsyncVoids;

    /// <summary>Pieces that became ready after the strand was finished.</summary>
    internal int LatePieces;
}
