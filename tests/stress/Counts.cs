using System.Collections.Concurrent;

namespace Asupersync.Stress;

/// <summary>What happened in a run, by name, and which of it has to be equal.</summary>
internal sealed class Counts(Load load)
{
    private readonly ConcurrentDictionary<string, Count> _counts = new();

    /// <summary>The names that were counted.</summary>
    internal IEnumerable<string> Names => _counts.Keys.Order(StringComparer.Ordinal);

    internal long this[string name] => _counts.TryGetValue(name, out Count? count) ? count.Value : 0;

    /// <summary>Counts an event. From any thread.</summary>
    internal void Add(string name) => _counts.GetOrAdd(name, _ => new Count()).Add(name == load.Lost);

    /// <summary>Throws unless both sides add up to the same.</summary>
    internal void MustBeEqual(string[] left, string[] right)
    {
        if (left.Sum(name => this[name]) != right.Sum(name => this[name]))
        {
            throw new StressFailure(
                $"{string.Join(" + ", left)} should be {string.Join(" + ", right)}; counted {this}, {load}"
            );
        }
    }

    /// <summary>Throws unless both are the same.</summary>
    internal void MustBeEqual(string left, string right) => MustBeEqual([left], [right]);

    /// <summary>Throws unless so many were counted.</summary>
    internal void MustBe(string name, long expected)
    {
        if (this[name] != expected)
        {
            throw new StressFailure($"{name} should be {expected}; counted {this}, {load}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(", ", Names.Select(name => $"{name} {this[name]}"));

    private sealed class Count
    {
        private long _value;
        private int _passedOver;

        internal long Value => Volatile.Read(ref _value);

        internal void Add(bool losesOne)
        {
            if (!losesOne || Interlocked.Exchange(ref _passedOver, 1) != 0)
            {
                Interlocked.Increment(ref _value);
            }
        }
    }
}

/// <summary>A scenario found something that should not be.</summary>
internal sealed class StressFailure(string message) : Exception(message);
