using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// Values that live as long as the region of a task: they are reclaimed when it is closed, never earlier. A value that is disposable is
/// disposed of by a finalizer of the region, so values and other finalizers take their turns in one order, newest first. Get it from
/// <see cref="Cx.Heap"/>.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Performance", "CA1815", Justification = "It is used, not compared.")]
public readonly struct RegionHeap
{
    private readonly Cx _cx;

    internal RegionHeap(Cx cx) => _cx = cx;

    /// <summary>Values held.</summary>
    public long Count => _cx.Cell.Region.HeapOrNone?.Count ?? 0;

    /// <summary>Bytes held, as declared.</summary>
    public long Bytes => _cx.Cell.Region.HeapOrNone?.Bytes ?? 0;

    /// <summary>
    /// Gives a value to the region. One that is <see cref="IAsyncDisposable"/>, or else <see cref="IDisposable"/>, is disposed of when the
    /// region's tasks are done. When it throws, the value is still the caller's. Rests on the rule Defer for what is disposable.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="bytes">Its size, which counts against <see cref="RegionLimits.HeapBytes"/>.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="RegionLimitException">
    /// The region's heap would exceed its limit (ASUP6004); where it has none, that is <see cref="long.MaxValue"/>.
    /// </exception>
    /// <exception cref="RefusedException">The value is disposable and the region runs its finalizers already.</exception>
    /// <exception cref="AsupersyncException">The size is negative (ASUP6013).</exception>
    [Rule(RuleName.Defer)]
    public HeapHandle<T> Add<T>(T value, long bytes)
    {
        if (bytes < 0)
        {
            throw HeapErrors.Negative(bytes);
        }

        HeapSpace heap = Take(bytes);
        try
        {
            DisposeAtClose(value);
        }
        catch
        {
            heap.GiveBack(bytes);
            throw;
        }

        return heap.Put(value);
    }

    /// <summary>Makes an array in the heap; its elements are counted as bytes.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
    /// <param name="length">How many elements.</param>
    /// <returns>The handle; all elements are default.</returns>
    /// <exception cref="RegionLimitException">The region's heap would exceed its limit (ASUP6004); no array was made.</exception>
    /// <exception cref="AsupersyncException">The length is negative (ASUP6013).</exception>
    public HeapHandle<T[]> AddArray<T>(int length)
    {
        long bytes = (long)length * Unsafe.SizeOf<T>();
        if (bytes < 0)
        {
            throw HeapErrors.Negative(bytes);
        }

        HeapSpace heap = Take(bytes);
        try
        {
            return heap.Put(new T[length]);
        }
        catch
        {
            heap.GiveBack(bytes);
            throw;
        }
    }

    private HeapSpace Take(long bytes)
    {
        HeapSpace heap = _cx.Use(Capabilities.None, nameof(Cx.Heap)).Region.Heap;
        heap.SetAside(bytes);
        return heap;
    }

    private void DisposeAtClose<T>(T value)
    {
        if (value is IAsyncDisposable later)
        {
            _cx.Defer(async _ => await later.DisposeAsync());
        }
        else if (value is IDisposable now)
        {
            _cx.Defer(now.Dispose);
        }
    }
}
