using System.Runtime.CompilerServices;

namespace Asupersync.Benchmarks;

/// <summary>An async call of the floor. To call is to spawn: the body begins in a later turn. It is awaited once.</summary>
[AsyncMethodBuilder(typeof(FloorWorkBuilder<>))]
internal readonly struct FloorWork<T>(FloorBox<T> box)
{
    internal bool IsCompleted => box.IsCompleted;

    internal T Result => box.Result;

    internal Awaiter GetAwaiter() => new(box);

    /// <summary>Nobody will await it: its end is counted.</summary>
    internal void Forget(FloorCountdown countdown) => box.Forget(countdown);

    internal readonly struct Awaiter(FloorBox<T> box) : IFloorAwaiter
    {
        public bool IsCompleted => box.IsCompleted;

        public T GetResult() => box.Take();

        public void Wake(FloorBox waiter) => box.Wake(waiter);

        public void OnCompleted(Action continuation) => throw new NotSupportedException();
    }
}

/// <summary>What bodies of the floor can await.</summary>
internal interface IFloorAwaiter : INotifyCompletion
{
    /// <summary>Posts the box when it is over.</summary>
    void Wake(FloorBox waiter);
}
