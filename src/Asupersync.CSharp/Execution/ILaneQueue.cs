using System.Diagnostics.CodeAnalysis;

namespace Asupersync;

/// <summary>
/// The order in which ready strands are polled. Used by the scheduler thread only; a strand stands in it at most once.
/// </summary>
internal interface ILaneQueue
{
    bool IsEmpty { get; }

    void Enqueue(Strand strand);

    bool TryDequeue([NotNullWhen(true)] out Strand? strand);
}
