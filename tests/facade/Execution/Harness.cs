using System.Runtime.ExceptionServices;
using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>A scheduler on the calling thread, with strands whose owner writes down what it is told.</summary>
internal sealed class Harness : IStrandOwner
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(180);
    private readonly List<ExceptionDispatchInfo> _failures = [];
    private int _live;

    internal Harness(TimeProvider? time = null)
    {
        Scheduler = new Scheduler(time: time)
        {
            OnUnhandled = Unhandled.Add,
            OnStalled = scheduler =>
            {
                Stalls++;
                scheduler.Stop();
            },
        };
    }

    internal Scheduler Scheduler { get; }

    internal int Stalls { get; private set; }

    internal int ThreadId { get; private set; }

    internal List<Exception> Unhandled { get; } = [];

    internal List<(Exception Exception, bool Posted)> Faults { get; } = [];

    internal List<bool> AsyncVoids { get; } = [];

    internal List<Type> Foreign { get; } = [];

    internal int PollsTold { get; private set; }

    internal Func<Type, Exception?>? RefuseForeign { get; set; }

    /// <summary>Runs one body as the only task and gives back what it gave, or throws what it threw.</summary>
    internal static T Run<T>(Func<Work<T>> body, TimeProvider? time = null)
    {
        var harness = new Harness(time);
        T? result = default;
        harness.Spawn(async () => result = await body());
        harness.RunAll();
        return result!;
    }

    internal static void Run(Func<Work> body, TimeProvider? time = null)
    {
        var harness = new Harness(time);
        harness.Spawn(body);
        harness.RunAll();
    }

    /// <summary>A task that a pool thread completes, and not before the calling piece of the strand has suspended.</summary>
    internal static Task Elsewhere()
    {
        var source = new TaskCompletionSource();
        Strand.Current!.Resume(new Action(() => ThreadPool.UnsafeQueueUserWorkItem(_ => source.SetResult(), null)));
        return source.Task;
    }

    /// <summary>Asserts that this code runs where it belongs.</summary>
    internal void AssertHome(Strand strand)
    {
        Assert.Equal(ThreadId, Environment.CurrentManagedThreadId);
        Assert.Same(strand, Strand.Current);
        Assert.Same(strand, SynchronizationContext.Current);
    }

    internal Strand Spawn(Func<Work> body)
    {
        var strand = new Strand(Scheduler, this);
        _live++;
        Open(body)
            .Start(
                strand,
                result =>
                {
                    strand.Finished = true;
                    if (result.Fault is { } fault)
                    {
                        _failures.Add(fault);
                    }

                    if (--_live == 0)
                    {
                        Scheduler.Stop();
                    }
                }
            );
        return strand;

        static async Work Open(Func<Work> body) => await body();
    }

    /// <summary>Polls on this thread until every task has ended.</summary>
    internal void RunAll()
    {
        ThreadId = Environment.CurrentManagedThreadId;
        bool late = false;
        using (
            new Timer(
                _ =>
                {
                    late = true;
                    Scheduler.Stop(abandon: true);
                },
                null,
                Limit,
                Timeout.InfiniteTimeSpan
            )
        )
        {
            Scheduler.Run();
        }

        Assert.False(late, "The tasks did not end in time.");
        if (_failures.Count > 0)
        {
            _failures[0].Throw();
        }
    }

    void IStrandOwner.OnPoll(Strand strand) => PollsTold++;

    void IStrandOwner.OnFault(Strand strand, Exception exception, bool posted) => Faults.Add((exception, posted));

    void IStrandOwner.OnForeignAwait(Strand strand, Type awaiter)
    {
        Foreign.Add(awaiter);
        if (RefuseForeign?.Invoke(awaiter) is { } refusal)
        {
            throw refusal;
        }
    }

    void IStrandOwner.OnAsyncVoid(Strand strand, bool started)
    {
        lock (AsyncVoids)
        {
            AsyncVoids.Add(started);
        }
    }

    Exception IStrandOwner.CreateCancellation(Strand strand, object? reason) => new CancelledWaitException(reason);
}

internal sealed class CancelledWaitException(object? reason) : OperationCanceledException
{
    internal object? Reason { get; } = reason;
}
