namespace EchoServer.SelfTest;

/// <summary>What the clients have in common: a start together, and the moment for the signal.</summary>
internal sealed class Traffic(Plan plan)
{
    private readonly TaskCompletionSource _everyoneIsServed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _half = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly long _enough = Enumerable.Range(0, plan.Clients).Sum(plan.BytesOf) / 2;
    private int _unserved = plan.Clients + plan.ResettingClients;
    private long _echoed;

    internal Plan Plan { get; } = plan;

    /// <summary>Ends when the clients have got back half of all that they are going to send.</summary>
    internal Task Half => _half.Task;

    /// <summary>Ends when every client has got its first message back.</summary>
    internal Task EveryoneIsServed => _everyoneIsServed.Task;

    internal void Served()
    {
        if (Interlocked.Decrement(ref _unserved) == 0)
        {
            _everyoneIsServed.SetResult();
        }
    }

    internal void Echoed(int bytes)
    {
        if (Interlocked.Add(ref _echoed, bytes) >= _enough)
        {
            _half.TrySetResult();
        }
    }
}
