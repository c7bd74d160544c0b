using System.Diagnostics.CodeAnalysis;

namespace Asupersync;

/// <summary>First come, first polled.</summary>
internal sealed class FifoLane : ILaneQueue
{
    private readonly Queue<Strand> _strands = new();

    /// <inheritdoc/>
    public bool IsEmpty => _strands.Count == 0;

    /// <inheritdoc/>
    public void Enqueue(Strand strand) => _strands.Enqueue(strand);

    /// <inheritdoc/>
    public bool TryDequeue([NotNullWhen(true)] out Strand? strand) => _strands.TryDequeue(out strand);
}
