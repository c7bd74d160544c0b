namespace Asupersync;

/// <summary>The values of one region. From any thread.</summary>
internal sealed class HeapSpace(RegionCell region, HeapPool pool)
{
    /// <summary>What stands for the heap of a closed region that never had one.</summary>
    internal static readonly HeapSpace Gone = new(null!, null!) { _reclaimed = true };

    private readonly Lock _gate = new();
    private readonly List<HeapBlock> _blocks = [];
    private bool _reclaimed;

    // Places in use in the last block.
    private int _used = HeapBlock.Places;

    /// <summary>Values held.</summary>
    internal long Count { get; private set; }

    /// <summary>Bytes held, and those set aside for values on their way.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Sets bytes aside for a value.</summary>
    internal void SetAside(long bytes)
    {
        lock (_gate)
        {
            if (_reclaimed)
            {
                throw HeapErrors.Reclaimed();
            }

            long most = region.Limits?.HeapBytes ?? long.MaxValue;
            if (bytes > most - Bytes)
            {
                throw HeapErrors.Full(region, most, Bytes, bytes);
            }

            Bytes += bytes;
        }
    }

    /// <summary>Gives back bytes of a value that did not come.</summary>
    internal void GiveBack(long bytes)
    {
        lock (_gate)
        {
            Bytes -= bytes;
        }
    }

    /// <summary>Takes in a value whose bytes were set aside.</summary>
    internal HeapHandle<T> Put<T>(T value)
    {
        lock (_gate)
        {
            if (_reclaimed)
            {
                throw HeapErrors.Reclaimed();
            }

            if (_used == HeapBlock.Places)
            {
                _blocks.Add(pool.Rent());
                _used = 0;
            }

            HeapBlock block = _blocks[^1];
            int place = _used++;
            block.Put(place, value);
            Count++;
            return new HeapHandle<T>(block, place, block.Generation);
        }
    }

    /// <summary>The region is closed: handles end, and the values are let go.</summary>
    internal void Reclaim()
    {
        lock (_gate)
        {
            _reclaimed = true;
            Count = 0;
            Bytes = 0;
        }

        pool.Reclaim(_blocks);
        _blocks.Clear();
    }
}
