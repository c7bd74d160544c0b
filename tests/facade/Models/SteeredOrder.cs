using System.Diagnostics.CodeAnalysis;

namespace Asupersync.Tests.Models;

/// <summary>A run queue in which the test says whose turn it is.</summary>
internal sealed class SteeredOrder : ILaneQueue
{
    private readonly SortedDictionary<long, TaskCell> _ready = [];

    /// <summary>Every task that was ever ready; new ones are from the start.</summary>
    internal Dictionary<long, TaskCell> Known { get; } = [];

    /// <summary>The tasks that are ready, by identifier.</summary>
    internal IEnumerable<long> Ready => _ready.Keys;

    /// <summary>Whose turn is next; 0 for nobody's.</summary>
    internal long Next { get; set; }

    public bool IsEmpty => _ready.Count == 0;

    public void Enqueue(Strand strand)
    {
        var cell = (TaskCell)strand;
        Known[cell.Id] = cell;
        _ready.Add(cell.Id, cell);
    }

    public bool TryDequeue([NotNullWhen(true)] out Strand? strand)
    {
        strand = _ready.Remove(Next, out TaskCell? cell) ? cell : null;
        Next = 0;
        return strand is not null;
    }
}
