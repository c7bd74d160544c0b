using System.Diagnostics.CodeAnalysis;

namespace Asupersync;

/// <summary>First come, first polled; linked through the strands, so it allocates nothing.</summary>
internal sealed class FifoLane : ILaneQueue
{
    private Strand? _first;
    private Strand? _last;

    /// <inheritdoc/>
    public bool IsEmpty => _first is null;

    /// <inheritdoc/>
    public void Enqueue(Strand strand)
    {
        if (_last is null)
        {
            _first = strand;
        }
        else
        {
            _last.NextInLane = strand;
        }

        _last = strand;
    }

    /// <inheritdoc/>
    public bool TryDequeue([NotNullWhen(true)] out Strand? strand)
    {
        strand = _first;
        if (strand is null)
        {
            return false;
        }

        _first = strand.NextInLane;
        strand.NextInLane = null;
        if (_first is null)
        {
            _last = null;
        }

        return true;
    }
}
