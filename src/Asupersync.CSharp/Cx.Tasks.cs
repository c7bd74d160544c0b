using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <content>Spawning and regions.</content>
public readonly partial struct Cx
{
    /// <summary>Spawns a task into the region of this one. Rests on the rule Spawn.</summary>
    /// <typeparam name="T">The type of the task's value.</typeparam>
    /// <param name="body">The task's code; it gets a context of its own with the powers of this one.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle.</returns>
    /// <exception cref="RefusedException">The region is closing, the spawner was cancelled, or the budget is not valid.</exception>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public Child<T> Spawn<T>(
        Func<Cx, Work<T>> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    ) => Region.Spawn(this, body, options, member);

    /// <summary>As <see cref="Spawn{T}(Func{Cx, Work{T}}, SpawnOptions?, string)"/>, for a task without a value.</summary>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle.</returns>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public Child Spawn(Func<Cx, Work> body, SpawnOptions? options = null, [CallerMemberName] string member = "") =>
        Region.Spawn(this, body, options, member);

    /// <summary>As <see cref="Spawn{T}(Func{Cx, Work{T}}, SpawnOptions?, string)"/>, for code that returns a plain task; it still runs on the scheduler.</summary>
    /// <typeparam name="T">The type of the task's value.</typeparam>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle.</returns>
    [Rule(RuleName.Spawn)]
    public Child<T> Spawn<T>(
        Func<Cx, Task<T>> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    )
    {
        ArgumentNullException.ThrowIfNull(body);
        return Region.Spawn<T>(this, async cx => await body(cx), options, member);
    }

    /// <summary>As <see cref="Spawn{T}(Func{Cx, Work{T}}, SpawnOptions?, string)"/>, for code that returns a plain task without a value.</summary>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle.</returns>
    [Rule(RuleName.Spawn)]
    public Child Spawn(Func<Cx, Task> body, SpawnOptions? options = null, [CallerMemberName] string member = "")
    {
        ArgumentNullException.ThrowIfNull(body);
        return Region.Spawn(this, async cx => await body(cx), options, member);
    }

    /// <summary>
    /// As <see cref="Spawn{T}(Func{Cx, Work{T}}, SpawnOptions?, string)"/>, but waits for a place while the region is at
    /// <see cref="RegionLimits.Tasks"/>; see <see cref="Region.SpawnWhenAdmitted{T}"/>.
    /// </summary>
    /// <typeparam name="T">The type of the task's value.</typeparam>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle, once the task is spawned.</returns>
    /// <exception cref="CancelledException">A request was pending or came while it waited.</exception>
    /// <exception cref="RefusedException">The region is closing, or began to while it waited.</exception>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public Work<Child<T>> SpawnWhenAdmitted<T>(
        Func<Cx, Work<T>> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    ) => Region.SpawnWhenAdmitted(this, body, options, member);

    /// <summary>As <see cref="SpawnWhenAdmitted{T}"/>, for a task without a value.</summary>
    /// <param name="body">The task's code.</param>
    /// <param name="options">Name and budget.</param>
    /// <param name="member">Filled in by the compiler, for the name.</param>
    /// <returns>The handle, once the task is spawned.</returns>
    [Rule(RuleName.Spawn)]
    [OverloadResolutionPriority(1)]
    public Work<Child> SpawnWhenAdmitted(
        Func<Cx, Work> body,
        SpawnOptions? options = null,
        [CallerMemberName] string member = ""
    ) => Region.SpawnWhenAdmitted(this, body, options, member);

    /// <summary>
    /// Opens a region below this task, runs the body in it and waits until it is closed: all its tasks done, finalizers run, obligations
    /// resolved. Rests on the rules OpenRegion, the closing ladder and JoinReady.
    /// </summary>
    /// <typeparam name="T">The type of the body's value.</typeparam>
    /// <param name="body">The scope's code; it runs as a task of the new region.</param>
    /// <param name="options">Name, policy, budgets.</param>
    /// <returns>The body's value. What went wrong in the region is thrown: the first failure, or all of them.</returns>
    /// <exception cref="RefusedException">This task's region is closing, this task was cancelled, or the budget is not valid.</exception>
    /// <exception cref="CancelledException">The region, or this task, was cancelled.</exception>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.JoinReady)]
    public Work<T> OpenRegion<T>(Func<Cx, Work<T>> body, RegionOptions? options = null) =>
        OpenedValue<T>.Rent().Of(this, Body<T>.Of(body), options);

    /// <summary>As <see cref="OpenRegion{T}"/>, for a body without a value.</summary>
    /// <param name="body">The scope's code.</param>
    /// <param name="options">Name, policy, budgets.</param>
    /// <returns>Work that ends when the region is closed.</returns>
    [Rule(RuleName.OpenRegion)]
    public Work OpenRegion(Func<Cx, Work> body, RegionOptions? options = null) =>
        new(OpenedValue<Nothing>.Rent().Of(this, Body<Nothing>.Of(body), options));

    /// <summary>As <see cref="OpenRegion{T}"/>, giving the outcome instead of throwing.</summary>
    /// <typeparam name="T">The type of the body's value.</typeparam>
    /// <param name="body">The scope's code.</param>
    /// <param name="options">Name, policy, budgets.</param>
    /// <returns>How the region ended.</returns>
    [Rule(RuleName.OpenRegion)]
    public Work<Outcome<T>> ObserveRegion<T>(Func<Cx, Work<T>> body, RegionOptions? options = null) =>
        OpenedOutcome<T>.Rent().Of(this, Body<T>.Of(body), options);

    /// <summary>As <see cref="ObserveRegion{T}"/>, for a body without a value. The value of Ok is true.</summary>
    /// <param name="body">The scope's code.</param>
    /// <param name="options">Name, policy, budgets.</param>
    /// <returns>How the region ended.</returns>
    [Rule(RuleName.OpenRegion)]
    public async Work<Outcome<bool>> ObserveRegion(Func<Cx, Work> body, RegionOptions? options = null) =>
        Values.Done(await OpenedOutcome<Nothing>.Rent().Of(this, Body<Nothing>.Of(body), options));

    /// <summary>
    /// Lets the region of this task be cancelled, with kind User, when a foreign token trips. Dispose of the link to end it; it ends when the
    /// region is closed. As long as the token may trip, tasks that wait for each other are no deadlock.
    /// </summary>
    /// <param name="token">The token to follow.</param>
    /// <returns>The link.</returns>
    /// <exception cref="RefusedException">The task has ended.</exception>
    [Rule(RuleName.CancelRequest)]
    public IDisposable CancelRegionWhen(CancellationToken token)
    {
        TaskCell cell = Use(Capabilities.Cancel);
        RefuseIfEnded(cell);
        return new TokenLink(cell, token);
    }

    /// <summary>The value of a region that this task opened; where it was cancelled with this task, the task sees its own request.</summary>
    private T ValueOf<T>(Outcome<T> outcome)
    {
        TaskCell cell = Cell;
        if (outcome is Outcome<T>.Cancelled && cell.CancelVisible)
        {
            cell.Engine.Checkpoint(cell);
        }

        return outcome.GetOrThrow();
    }
}
