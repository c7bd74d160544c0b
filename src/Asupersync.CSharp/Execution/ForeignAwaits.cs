using System.Runtime.InteropServices;

namespace Asupersync;

/// <summary>How often the tasks of a runtime suspended on awaiters that are not ours, by awaiter type.</summary>
internal sealed class ForeignAwaits
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Type, long> _counts = [];
    private long _total;

    internal long Total => Volatile.Read(ref _total);

    /// <summary>The counts by type name, sorted by name; from any thread.</summary>
    internal IReadOnlyList<KeyValuePair<string, long>> Snapshot()
    {
        lock (_gate)
        {
            return
            [
                .. _counts
                    .Select(pair => KeyValuePair.Create(pair.Key.ToString(), pair.Value))
                    .OrderBy(pair => pair.Key, StringComparer.Ordinal),
            ];
        }
    }

    internal void Count(Type awaiter)
    {
        lock (_gate)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_counts, awaiter, out _)++;
            _total++;
        }
    }
}
