using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Asupersync.Benchmarks;

/// <summary>What the compiler calls for an async method that returns <see cref="FloorWork{T}"/>.</summary>
internal struct FloorWorkBuilder<T>
{
    private FloorBox<T> _box;

    public readonly FloorWork<T> Task => new(_box);

    public static FloorWorkBuilder<T> Create() => default;

    public void Start<TBody>(ref TBody body)
        where TBody : IAsyncStateMachine
    {
        // This builder is a field of the body, so it has to know its box before the body is copied.
        var box = FloorBox<T, TBody>.Rent();
        _box = box;
        box.Begin(body);
    }

    public readonly void SetResult(T result) => _box.Complete(result);

    /// <summary>Ends the whole run: nothing throws here unless a check failed.</summary>
    public readonly void SetException(Exception error) => ExceptionDispatchInfo.Throw(error);

    public readonly void AwaitOnCompleted<TAwaiter, TBody>(ref TAwaiter awaiter, ref TBody body)
        where TAwaiter : IFloorAwaiter
        where TBody : IAsyncStateMachine => awaiter.Wake(_box);

    public readonly void AwaitUnsafeOnCompleted<TAwaiter, TBody>(ref TAwaiter awaiter, ref TBody body)
        where TAwaiter : IFloorAwaiter
        where TBody : IAsyncStateMachine => awaiter.Wake(_box);

    public readonly void SetStateMachine(IAsyncStateMachine body) => throw new NotSupportedException();
}
