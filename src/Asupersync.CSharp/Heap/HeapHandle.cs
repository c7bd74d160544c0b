namespace Asupersync;

/// <summary>
/// Leads to a value in the heap of a region until that region is closed, and to nothing from then on, also when the place is used
/// again. May be copied, and read from any thread.
/// </summary>
/// <typeparam name="T">The type of the value.</typeparam>
public readonly struct HeapHandle<T> : IEquatable<HeapHandle<T>>
{
    private readonly HeapBlock? _block;
    private readonly int _place;
    private readonly uint _generation;

    internal HeapHandle(HeapBlock block, int place, uint generation)
    {
        _block = block;
        _place = place;
        _generation = generation;
    }

    /// <summary>Whether the value is still there.</summary>
    public bool IsValid => _block?.Generation == _generation;

    /// <summary>The value.</summary>
    /// <exception cref="HeapException">The region is closed (ASUP6011), or the handle is empty (ASUP6012).</exception>
    public T Value =>
        TryGet(out T? value) ? value!
        : _block is null ? throw HeapErrors.Empty()
        : throw HeapErrors.Stale(_place, _generation);

    /// <summary>Takes a look at the value.</summary>
    /// <param name="value">The value, if it is still there.</param>
    /// <returns>False when the region is closed.</returns>
    public bool TryGet(out T? value)
    {
        if (_block is { } block && block.TryRead(_place, _generation, out object? held))
        {
            value = (T?)held;
            return true;
        }

        value = default;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(HeapHandle<T> other) =>
        _block == other._block && _place == other._place && _generation == other._generation;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is HeapHandle<T> other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_block, _place, _generation);

    /// <summary>Whether two handles lead to the same value.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(HeapHandle<T> left, HeapHandle<T> right) => left.Equals(right);

    /// <summary>Whether two handles lead to different values.</summary>
    /// <param name="left">One handle.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(HeapHandle<T> left, HeapHandle<T> right) => !left.Equals(right);
}
