using System.Runtime.CompilerServices;

namespace Asupersync.Benchmarks;

/// <summary>An async body on the heap, which takes its turns.</summary>
internal abstract class FloorBox
{
    private bool _begun;
    private protected bool _isCancelled;

    /// <summary>Its task, where there are books.</summary>
    internal long Id { get; private set; }

    /// <summary>One turn.</summary>
    internal void Run()
    {
        if (!_begun)
        {
            _begun = true;
            FloorLoop.Books?.Start(Id);
        }

        MoveNext();
    }

    /// <summary>It goes on because of a request.</summary>
    internal void Cancel()
    {
        _isCancelled = true;
        FloorLoop.Post(this);
    }

    private protected abstract void MoveNext();

    private protected void BeginAs(long id)
    {
        Id = id;
        _begun = false;
    }
}

/// <summary>The same with its result. It goes back to its pool when the result is taken.</summary>
internal abstract class FloorBox<T> : FloorBox
{
    private T _result = default!;
    private FloorCountdown? _countdown;
    private FloorBox? _waiter;

    internal bool IsCompleted { get; private set; }

    internal T Result => _result;

    /// <summary>Nobody will await it: its end is counted.</summary>
    internal void Forget(FloorCountdown countdown) => _countdown = countdown;

    internal void Wake(FloorBox waiter)
    {
        FloorLoop.Books?.Block(waiter.Id, Id);
        _waiter = waiter;
    }

    internal void Complete(T result)
    {
        FloorCountdown? countdown = _countdown;
        if (FloorLoop.Books is { } books)
        {
            if (_isCancelled)
            {
                books.EndCancelled(Id);
            }
            else
            {
                books.Complete(Id, forget: countdown is not null);
            }
        }

        if (countdown is not null)
        {
            Reset();
            countdown.Signal();
            return;
        }

        _result = result;
        IsCompleted = true;
        if (_waiter is { } waiter)
        {
            FloorLoop.Post(waiter);
        }
    }

    internal T Take()
    {
        FloorLoop.Books?.Take(FloorLoop.Current!.Id, Id);
        T result = _result;
        Reset();
        return result;
    }

    private void Reset()
    {
        IsCompleted = false;
        _isCancelled = false;
        _countdown = null;
        _waiter = null;
        ReturnToPool();
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
        BeginAs(FloorLoop.Spawn());
        FloorLoop.Post(this);
    }

    private protected override void MoveNext() => _body.MoveNext();

    private protected override void ReturnToPool()
    {
        if (FloorLoop.Pools)
        {
            Pool.Push(this);
        }
    }
}
