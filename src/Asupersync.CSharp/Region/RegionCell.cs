using Asupersync.Kernel;

namespace Asupersync;

/// <summary>The facade's side of one region: its finalizers' code, its failures, its timers.</summary>
internal sealed class RegionCell(Engine engine, long id, TaskCell? owner, string? name)
{
    private const int FailuresKept = 64;

    private Stack<(Capabilities Held, Body<Nothing> Code)>? _finalizers;
    private Dictionary<long, (long Order, Exception Error)>? _failures;
    private long _failuresAdded;
    private HeapSpace? _heap;
    private TokenLinks? _links;
    private object? _drain;
    private long _tasksAdded;
    private bool _settled;
    private RegionPhase _phase = RegionPhase.Closed; // Not noted yet.

    /// <summary>Guards the records of the region and of its tasks; null where there is one worker.</summary>
    internal RegionGate? Gate { get; } = engine.Concurrent ? new RegionGate() : null;

    internal Engine Engine { get; } = engine;

    /// <summary>The records of its tasks, among all others: at hand here, since tasks look at theirs all the time.</summary>
    internal RecordPages<TaskRecord, TaskBurial, TaskCell> Records { get; } = engine.Ledger.Tasks;

    internal long Id { get; } = id;

    internal TaskCell? Owner { get; } = owner;

    internal string Name => name ?? $"region {Id}";

    internal TaskCell Body { get; set; } = null!;

    internal Region Handle => field ??= new Region(this);

    internal TimeSpan? DrainBudget { get; init; }

    /// <summary>The only worker that polls its tasks, or null.</summary>
    internal Worker? Home { get; init; }

    internal RegionLimits? Limits
    {
        get;
        init
        {
            field = value;
            Admission = value is { Admits: true } ? new Admission(this, value) : null;
        }
    }

    /// <summary>What is asked before a step that adds to the region; null when it has no limits.</summary>
    internal Admission? Admission { get; private init; }

    /// <summary>Whether it is closed, and all was done that its close asks for but waking its owner. From any thread.</summary>
    internal bool IsSettled => Volatile.Read(ref _settled);

    /// <summary>Whether a watch over the close has begun, or none is needed any more.</summary>
    internal bool IsWatched => Volatile.Read(ref _drain) is not null;

    /// <summary>Whether the drain budget was given once more, after obligations were aborted.</summary>
    internal bool DrainsAgain { get; set; }

    /// <summary>Since when the region has been in its phase, and cancelled, as <see cref="Scheduler.Moment"/> says.</summary>
    internal uint PhaseSince { get; private set; }

    internal uint? CancelledSince { get; private set; }

    /// <summary>Tasks the region ever had.</summary>
    internal long TasksAdded => Gate?.TasksAdded ?? _tasksAdded;

    /// <summary>A task was added, and the gate is held.</summary>
    internal void CountTask()
    {
        if (Gate is { } gate)
        {
            gate.TasksAdded++;
        }
        else
        {
            _tasksAdded++;
        }
    }

    /// <summary>Notes that the phase may have changed, or a request come.</summary>
    internal void Note(uint moment)
    {
        ref readonly RegionRecord record = ref Record;
        if (record.Phase != _phase)
        {
            _phase = record.Phase;
            PhaseSince = moment;
            if (_phase != RegionPhase.Open)
            {
                Admission?.Close();
            }
        }

        if (record.Reason is not null)
        {
            CancelledSince ??= moment;
        }
    }

    /// <summary>The region's values; made when first needed, from any thread.</summary>
    internal HeapSpace Heap =>
        _heap ?? Interlocked.CompareExchange(ref _heap, new HeapSpace(this, Engine.HeapBlocks), null) ?? _heap;

    /// <summary>The same, or null when the region never had a value.</summary>
    internal HeapSpace? HeapOrNone => _heap;

    /// <summary>The links that end with the region; made when first needed, from any thread.</summary>
    internal TokenLinks Links => _links ?? Interlocked.CompareExchange(ref _links, new TokenLinks(), null) ?? _links;

    /// <summary>The region is closed: nothing is left that a token could cancel.</summary>
    internal void EndLinks() => _links?.End();

    /// <summary>The region is closed: handles of its values lead to nothing from now on.</summary>
    internal void ReclaimHeap() => Interlocked.CompareExchange(ref _heap, HeapSpace.Gone, null)?.Reclaim();

    /// <summary>The activity of the region, while somebody listens.</summary>
    internal System.Diagnostics.Activity? Activity { get; set; }

    /// <summary>The call of a combinator that opened the region, if one did.</summary>
    internal Combination? Combination { get; set; }

    internal DeadlineTimer? DeadlineTimer { get; set; }

    internal ref readonly RegionRecord Record => ref Engine.Ledger.Regions[Id];

    /// <summary>Keeps a watch over the close. False when there is one, or the region is closed.</summary>
    internal bool TryWatch(DrainWatch watch) => Interlocked.CompareExchange(ref _drain, watch, null) is null;

    /// <summary>Ends the watch, so that another may begin.</summary>
    internal void StopWatching()
    {
        if (
            Volatile.Read(ref _drain) is DrainWatch watch
            && Interlocked.CompareExchange(ref _drain, null, watch) == watch
        )
        {
            watch.Dispose();
        }
    }

    /// <summary>All was done that the close asks for.</summary>
    internal void Settle() => Volatile.Write(ref _settled, true);

    /// <summary>The region is closed.</summary>
    internal void EndDrainWatch() => (Interlocked.Exchange(ref _drain, this) as DrainWatch)?.Dispose();

    internal void Push(Capabilities held, Body<Nothing> finalizer) => (_finalizers ??= new()).Push((held, finalizer));

    internal (Capabilities Held, Body<Nothing> Code) Pop() => _finalizers!.Pop();

    /// <summary>
    /// Remembers what a task failed with, until somebody takes the task's outcome; so long the ledger remembers the task as well. Under the
    /// region's gate.
    /// </summary>
    internal void AddFailure(TaskCell task) => (_failures ??= []).Add(task.Id, (_failuresAdded++, task.Failure!));

    /// <summary>Forgets a failure whose outcome was taken, unless it counts for the region all the same. Under the region's gate.</summary>
    internal void TakeFailure(TaskCell task)
    {
        if (_failures is { } failures && Record.Trigger != task.Id && Body != task)
        {
            failures.Remove(task.Id);
        }
    }

    /// <summary>
    /// What went wrong in the region, as one exception: the failure that fail-fast acted on, then the others in their order. The first ones
    /// and the body's own are inside, the rest is counted.
    /// </summary>
    internal Exception Failure(long trigger)
    {
        List<(long Task, Exception Error)> failures = OwnFailures(trigger);
        if (failures.Count == 0)
        {
            throw new InvalidOperationException(
                "ASUP2902: a region failed without a failure; this is a bug of the runtime."
            );
        }

        if (failures.Count == 1)
        {
            return failures[0].Error;
        }

        long body = Body.Id;
        Exception[] kept =
        [
            .. failures
                .Where((failure, index) => index < FailuresKept || failure.Task == body)
                .Select(static failure => failure.Error),
        ];
        return new RegionFailedException(ToString(), kept, failures.Count - kept.Length);
    }

    /// <summary>The failures, without those that are others once more: a task that lets the failure of one it awaited through has not failed on its own.</summary>
    private List<(long Task, Exception Error)> OwnFailures(long trigger)
    {
        var all = (_failures ?? [])
            .OrderBy(failure => failure.Key == trigger ? -1 : failure.Value.Order)
            .Select(static failure => (Task: failure.Key, failure.Value.Error))
            .ToList();
        HashSet<Exception> seen = new(ReferenceEqualityComparer.Instance);
        all.RemoveAll(failure => !seen.Add(failure.Error));
        all.RemoveAll(failure =>
            failure.Error is PanickedException { InnerException: { } panic } && seen.Contains(panic)
        );
        return all;
    }

    /// <summary>The name under which a region is reported.</summary>
    /// <returns>Name and identifier.</returns>
    public override string ToString() => $"region '{Name}' (r{Id})";
}
