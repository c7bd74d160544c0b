using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// Used by the compiler to build an <c>async</c> method that returns <see cref="Work{T}"/>. Not for user code.
/// </summary>
/// <typeparam name="T">The type of the result.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Design", "CA1000", Justification = "The shape that the compiler asks for.")]
[SuppressMessage("Performance", "CA1815", Justification = "A builder is not compared.")]
[SuppressMessage("Performance", "CA1822", Justification = "The shape that the compiler asks for.")]
public struct WorkMethodBuilder<T>
{
    private WorkBox<T>? _box;

    /// <summary>The cold work that stands for the call.</summary>
    public readonly Work<T> Task => new(_box!, _box!.Token);

    /// <summary>Makes the builder of one call.</summary>
    /// <returns>An empty builder.</returns>
    public static WorkMethodBuilder<T> Create() => default;

    /// <summary>
    /// Puts the state machine into its box and runs nothing: a <see cref="Work{T}"/> starts when it is awaited.
    /// </summary>
    /// <typeparam name="TStateMachine">The state machine type.</typeparam>
    /// <param name="stateMachine">The state machine, which contains this builder.</param>
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine
    {
        WorkBox<TStateMachine, T> box = WorkBox<TStateMachine, T>.Rent();
        _box = box;
        box.Machine = stateMachine;
    }

    /// <summary>Does nothing; the state machine is boxed from the start.</summary>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) { }

    /// <summary>Finishes the work with a result.</summary>
    /// <param name="result">The result.</param>
    public readonly void SetResult(T result) => _box!.SetResult(result);

    /// <summary>Finishes the work with a failure.</summary>
    /// <param name="exception">The failure.</param>
    public readonly void SetException(Exception exception) => _box!.SetException(exception);

    /// <summary>Suspends the method on an awaiter.</summary>
    /// <typeparam name="TAwaiter">The awaiter type.</typeparam>
    /// <typeparam name="TStateMachine">The state machine type.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        WorkBox<T> box = _box!;
        box.SaveContext();
        ForeignAwait.Safe(ref awaiter, box.Strand!, box);
    }

    /// <summary>Suspends the method on an awaiter.</summary>
    /// <typeparam name="TAwaiter">The awaiter type.</typeparam>
    /// <typeparam name="TStateMachine">The state machine type.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void AwaitUnsafeOnCompleted<TAwaiter, TStateMachine>(
        ref TAwaiter awaiter,
        ref TStateMachine stateMachine
    )
        where TAwaiter : ICriticalNotifyCompletion
        where TStateMachine : IAsyncStateMachine
    {
        WorkBox<T> box = _box!;
        box.SaveContext();

        // The tests are on the exact type of a struct: each instance of this method keeps one branch and boxes nothing.
        if (AwaiterKind<TAwaiter>.IsOurs)
        {
            box.Strand!.SuspendOn(ref awaiter, box);
        }
        else if (typeof(TAwaiter) == typeof(YieldAwaitable.YieldAwaiter))
        {
            // Task.Yield asks for nothing but another turn, and the strand can give that itself.
            box.Strand!.AddReady(box);
        }
        else
        {
            ForeignAwait.Unsafe(ref awaiter, box.Strand!, box);
        }
    }
}
