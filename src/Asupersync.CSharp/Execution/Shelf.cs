namespace Asupersync;

/// <summary>
/// Free objects of one kind, for the next use on the same thread: a thread's own field of the class that it keeps. There, since the field
/// of a generic class of its own would be found more slowly.
/// </summary>
internal struct Shelf<T>
    where T : class, new()
{
    private const int MostKept = 256;

    private T[]? _items;
    private int _count;

    /// <summary>A free one, or a new one.</summary>
    internal T Take() => _count > 0 ? _items![--_count] : new T();

    /// <summary>Keeps one that is as new, unless there are plenty.</summary>
    internal void Put(T item)
    {
        T[] items = _items ??= new T[4];
        if (_count == items.Length)
        {
            if (_count == MostKept)
            {
                return;
            }

            Array.Resize(ref _items, _count * 2);
            items = _items;
        }

        // Most often it goes back to where it was taken from.
        if (items[_count] != item)
        {
            items[_count] = item;
        }

        _count++;
    }
}
