using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A region that owns tasks: what is spawned into it ends before it closes.</summary>
public sealed class Region
{
    private readonly RegionCell _cell;
    private readonly bool _cancels;
    private Region? _withoutCancel;

    internal Region(RegionCell cell, bool cancels = true)
    {
        _cell = cell;
        _cancels = cancels;
    }

    /// <summary>The region's identifier, as in the trace.</summary>
    public long Id => _cell.Id;

    /// <summary>The region's name.</summary>
    public string Name => _cell.Name;

    /// <summary>The rung of the closing ladder it stands on.</summary>
    public RegionPhase Phase => _cell.Record.Phase;

    internal RegionCell Cell => _cell;

    /// <summary>The same region, for who may not cancel it. From any thread; always the same one.</summary>
    internal Region WithoutCancel =>
        !_cancels
            ? this
            : _withoutCancel
                ?? Interlocked.CompareExchange(ref _withoutCancel, new Region(_cell, cancels: false), null)
                ?? _withoutCancel;

    /// <summary>Spawns a task into this region, which may be one further up. Rests on the rule Spawn.</summary>
    /// <typeparam name="T">The type of the task's value.</typeparam>
    /// <param name="cx">The context of the task that spawns.</param>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="RefusedException">The region is closing, the spawner was cancelled, or the budget is not valid.</exception>
    /// <exception cref="CapabilityException">The region belongs to another runtime (ASUP3004), or <paramref name="cx"/> may not spawn.</exception>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public Child<T> Spawn<T>(
        Cx cx,
        Func<Cx, Work<T>> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    ) => new(SpawnBody(cx, Body<T>.Of(body), options, member));

    /// <summary>As <see cref="Spawn{T}"/>, for a task without a value.</summary>
    /// <param name="cx">The context of the task that spawns.</param>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle.</returns>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public Child Spawn(
        Cx cx,
        Func<Cx, Work> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    ) => new(SpawnBody(cx, Body<Nothing>.Of(body), options, member));

    /// <summary>
    /// As <see cref="Spawn{T}"/>, but waits for a place while the region is at <see cref="RegionLimits.Tasks"/>: first come, first served,
    /// and plain spawns do not push in front. A checkpoint; a request to cancel ends the wait, and nothing is spawned.
    /// </summary>
    /// <typeparam name="T">The type of the task's value.</typeparam>
    /// <param name="cx">The context of the task that spawns.</param>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle, once the task is spawned.</returns>
    /// <exception cref="CancelledException">A request was pending or came while it waited.</exception>
    /// <exception cref="RefusedException">The region is closing, or began to while it waited.</exception>
    /// <exception cref="RegionLimitException">The limit is 0 (ASUP6001).</exception>
    /// <exception cref="CapabilityException">The region belongs to another runtime (ASUP3004), or <paramref name="cx"/> may not spawn.</exception>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public async Work<Child<T>> SpawnWhenAdmitted<T>(
        Cx cx,
        Func<Cx, Work<T>> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    ) => new Child<T>(await SpawnAdmitted(cx, Body<T>.Of(body), options, member));

    /// <summary>As <see cref="SpawnWhenAdmitted{T}"/>, for a task without a value.</summary>
    /// <param name="cx">The context of the task that spawns.</param>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle, once the task is spawned.</returns>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public async Work<Child> SpawnWhenAdmitted(
        Cx cx,
        Func<Cx, Work> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    ) => new(await SpawnAdmitted(cx, Body<Nothing>.Of(body), options, member));

    /// <summary>Asks the region and everything below it to cancel. Idempotent; from any thread. Rests on the rule CancelRequest.</summary>
    /// <param name="message">Words for people.</param>
    /// <param name="kind">The kind of the reason.</param>
    /// <returns>
    /// False when the region had ended. Asked on a thread outside of the run, true means that the request is on its way; the region may end first.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The kind is no value of the enumeration.</exception>
    /// <exception cref="CapabilityException">It came from a <see cref="Cx"/> without <see cref="Capabilities.Cancel"/> (ASUP3001).</exception>
    [Rule(RuleName.CancelRequest)]
    public bool Cancel(string? message = null, CancelKind kind = CancelKind.User)
    {
        RuntimeOptions.CheckDefined(kind, nameof(kind));
        if (!_cancels)
        {
            throw new CapabilityException(
                "ASUP3001",
                $"Cancel needs Cancel, which the Cx that gave this handle of {_cell} did not hold. Pass one that was not narrowed so far."
            );
        }

        return !_cell.IsSettled && _cell.Engine.CancelFromAnywhere(Target.Region(_cell.Id), kind, message);
    }

    private TaskCell<T> SpawnBody<T>(Cx cx, Body<T> body, SpawnOptions? options, string member)
    {
        TaskCell spawner = Own(cx.Use(Capabilities.Spawn, nameof(Spawn)), nameof(Spawn));
        WorkBudget own = options?.Budget ?? WorkBudget.Unlimited;
        return spawner.Engine.Spawn(spawner, cx.Held, _cell, body, options?.Name ?? NameOf(member), own);
    }

    private async Work<TaskCell<T>> SpawnAdmitted<T>(Cx cx, Body<T> body, SpawnOptions? options, string member)
    {
        // Before the checkpoint: what is refused acknowledges nothing.
        Own(cx.Use(Capabilities.Spawn, nameof(SpawnWhenAdmitted)), nameof(SpawnWhenAdmitted));
        TaskCell spawner = cx.Pass(Capabilities.Spawn, nameof(SpawnWhenAdmitted));
        bool? admitted = null;
        if (_cell.Admission is { } admission)
        {
            (bool taken, AdmissionWait? wait) = admission.AwaitTask(spawner);
            admitted = wait is null ? taken : await Turn(spawner, admission, wait);
        }

        WorkBudget own = options?.Budget ?? WorkBudget.Unlimited;
        string name = options?.Name ?? NameOf(member);
        return spawner.Engine.Spawn(spawner, cx.Held, _cell, body, name, own, admitted);
    }

    private static async Work<bool> Turn(TaskCell spawner, Admission admission, AdmissionWait wait)
    {
        spawner.WaitsFor = admission;
        bool taken;
        try
        {
            taken = await wait;
        }
        finally
        {
            spawner.WaitsFor = null;
        }

        try
        {
            // A request that came together with the place goes first.
            spawner.Engine.Checkpoint(spawner);
            return taken;
        }
        catch (CancelledException) when (taken)
        {
            admission.LeaveTask();
            throw;
        }
    }

    /// <summary>The spawner, which has to be of this region's runtime: the records of the two are apart.</summary>
    private TaskCell Own(TaskCell spawner, string member) =>
        spawner.Engine == _cell.Engine ? spawner : throw OfAnotherRuntime(member);

    private CapabilityException OfAnotherRuntime(string member) =>
        new(
            "ASUP3004",
            $"{member}: {_cell} belongs to another runtime. Spawn into a region of the run that the task is in."
        );

    /// <summary>A name from the spawning member; top-level statements have none that people would know.</summary>
    private static string NameOf(string member) => member.StartsWith('<') ? "main program" : member;
}
