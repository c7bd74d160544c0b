using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>
/// Used by the compiler to build an <c>async</c> method that returns <see cref="Work"/>. Not for user code.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[SuppressMessage("Design", "CA1000", Justification = "The shape that the compiler asks for.")]
[SuppressMessage("Performance", "CA1815", Justification = "A builder is not compared.")]
[SuppressMessage("Performance", "CA1822", Justification = "The shape that the compiler asks for.")]
public struct WorkMethodBuilder
{
    private WorkMethodBuilder<Nothing> _inner;

    /// <summary>The cold work that stands for the call.</summary>
    public readonly Work Task => new(_inner.Task);

    /// <summary>Makes the builder of one call.</summary>
    /// <returns>An empty builder.</returns>
    public static WorkMethodBuilder Create() => default;

    /// <summary>
    /// Puts the state machine into its box and runs nothing: a <see cref="Work"/> starts when it is awaited.
    /// </summary>
    /// <typeparam name="TStateMachine">The state machine type.</typeparam>
    /// <param name="stateMachine">The state machine, which contains this builder.</param>
    public void Start<TStateMachine>(ref TStateMachine stateMachine)
        where TStateMachine : IAsyncStateMachine => _inner.Start(ref stateMachine);

    /// <summary>Does nothing; the state machine is boxed from the start.</summary>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void SetStateMachine(IAsyncStateMachine stateMachine) { }

    /// <summary>Finishes the work.</summary>
    public readonly void SetResult() => _inner.SetResult(default);

    /// <summary>Finishes the work with a failure.</summary>
    /// <param name="exception">The failure.</param>
    public readonly void SetException(Exception exception) => _inner.SetException(exception);

    /// <summary>Suspends the method on an awaiter.</summary>
    /// <typeparam name="TAwaiter">The awaiter type.</typeparam>
    /// <typeparam name="TStateMachine">The state machine type.</typeparam>
    /// <param name="awaiter">The awaiter.</param>
    /// <param name="stateMachine">The state machine.</param>
    public readonly void AwaitOnCompleted<TAwaiter, TStateMachine>(ref TAwaiter awaiter, ref TStateMachine stateMachine)
        where TAwaiter : INotifyCompletion
        where TStateMachine : IAsyncStateMachine => _inner.AwaitOnCompleted(ref awaiter, ref stateMachine);

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
        where TStateMachine : IAsyncStateMachine => _inner.AwaitUnsafeOnCompleted(ref awaiter, ref stateMachine);
}
