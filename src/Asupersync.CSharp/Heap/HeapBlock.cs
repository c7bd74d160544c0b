namespace Asupersync;

/// <summary>
/// Places for values of one region at a time. When the region closes the block moves on to its next generation, so that handles of the
/// one before find nothing, whatever region uses the block next. Read from any thread without a lock.
/// </summary>
internal sealed class HeapBlock
{
    internal const int Places = 32;

    private readonly object?[] _values = new object?[Places];
    private uint _generation;

    internal HeapBlock(uint generation = 1) => _generation = generation;

    internal uint Generation => Volatile.Read(ref _generation);

    /// <summary>Fills a place, once in a generation.</summary>
    internal void Put(int place, object? value) => Volatile.Write(ref _values[place], value);

    /// <summary>Reads a place; false when its generation is over.</summary>
    internal bool TryRead(int place, uint generation, out object? value)
    {
        value = Volatile.Read(ref _values[place]);

        // Looked at after the value: a value of a later generation is only ever seen together with that.
        return Generation == generation;
    }

    /// <summary>Ends the generation and lets go of the values. False when the block has had its last.</summary>
    internal bool Reclaim()
    {
        // A full fence: no place is seen empty while the generation still counts.
        uint next = Interlocked.Increment(ref _generation);
        Array.Clear(_values);
        return next != 0;
    }
}
