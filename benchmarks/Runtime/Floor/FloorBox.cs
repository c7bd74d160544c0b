using System.Runtime.CompilerServices;

namespace Asupersync.Benchmarks;

/// <summary>An async body on the heap, which takes its turns.</summary>
internal abstract class FloorBox
{
    internal abstract void MoveNext();
}

/// <summary>The same with its result. It goes back to its pool when the result is taken.</summary>
internal abstract class FloorBox<T> : FloorBox
{
    private T _result = default!;

    internal bool IsCompleted { get; private set; }

    internal FloorBox? Waiter { get; set; }

    internal void Complete(T result)
    {
        _result = result;
        IsCompleted = true;
        if (Waiter is { } waiter)
        {
            FloorLoop.Post(waiter);
        }
    }

    internal T Take()
    {
        T result = _result;
        IsCompleted = false;
        Waiter = null;
        ReturnToPool();
        return result;
    }

    private protected abstract void ReturnToPool();
}

/// <inheritdoc cref="FloorBox{T}"/>
internal sealed class FloorBox<T, TBody> : FloorBox<T>
    where TBody : IAsyncStateMachine
{
    private static readonly Stack<FloorBox<T, TBody>> Pool = new();

    private TBody _body = default!;

    internal static FloorBox<T, TBody> Rent() =>
        FloorLoop.Pools && Pool.TryPop(out FloorBox<T, TBody>? box) ? box : new FloorBox<T, TBody>();

    internal void Begin(in TBody body)
    {
        _body = body;
        FloorLoop.Post(this);
    }

    internal override void MoveNext() => _body.MoveNext();

    private protected override void ReturnToPool()
    {
        if (FloorLoop.Pools)
        {
            Pool.Push(this);
        }
    }
}
