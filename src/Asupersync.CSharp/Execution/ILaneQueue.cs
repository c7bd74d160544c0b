using System.Diagnostics.CodeAnalysis;

namespace Asupersync;

/// <summary>
/// The order in which ready strands are polled. A strand stands in it at most once. With several workers, each has one of its own,
/// and takes from those of the others.
/// </summary>
internal interface ILaneQueue
{
    bool IsEmpty { get; }

    void Enqueue(Strand strand);

    bool TryDequeue([NotNullWhen(true)] out Strand? strand);

    /// <summary>Whether there is something that another worker may take although the owner is about to go on.</summary>
    bool HasSurplus => false;

    /// <summary>Whether there is something that another worker may take at all.</summary>
    bool HasMovable => false;

    /// <summary>Moves half of what may move, and leaves one if asked to. From any thread; false when nothing was moved.</summary>
    bool MoveHalfTo(ILaneQueue other, bool leaveOne) => false;
}
