namespace Asupersync;

/// <summary>A sum of the hashes of all records, so that changes of different ones may come in any order, from any worker.</summary>
internal sealed class RunningHash
{
    private ulong _value;

    internal ulong Value => Volatile.Read(ref _value);

    internal void Add(ulong change) => Interlocked.Add(ref _value, change);
}
