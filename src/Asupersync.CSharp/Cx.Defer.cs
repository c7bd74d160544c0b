using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <content>Finalizers. The forms with a plain task are there so that an async lambda never becomes an <c>async void</c> one.</content>
public readonly partial struct Cx
{
    /// <summary>
    /// Registers clean-up with this task's region. It runs when the region's tasks are done, newest first, one at a time, also after a
    /// cancellation or failure, each exactly once. Rests on the rule Defer.
    /// </summary>
    /// <param name="finalizer">The clean-up; a request to cancel passes it by, its polls are limited to 100.</param>
    /// <exception cref="RefusedException">The region runs its finalizers already.</exception>
    [Rule(RuleName.Defer)]
    [OverloadResolutionPriority(1)]
    public void Defer(Func<Cx, Work> finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        TaskCell cell = Use(Capabilities.None);
        cell.Engine.Defer(cell, Held, Body<Nothing>.Of(finalizer));
    }

    /// <summary>As <see cref="Defer(Func{Cx, Work})"/>, for clean-up that needs no context of its own.</summary>
    /// <param name="finalizer">The clean-up.</param>
    [Rule(RuleName.Defer)]
    [OverloadResolutionPriority(1)]
    public void Defer(Func<Work> finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        Defer((Cx _) => finalizer());
    }

    /// <summary>As <see cref="Defer(Func{Cx, Work})"/>, for clean-up that returns a plain task.</summary>
    /// <param name="finalizer">The clean-up.</param>
    [Rule(RuleName.Defer)]
    public void Defer(Func<Cx, Task> finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        Defer(async (Cx cx) => await finalizer(cx));
    }

    /// <summary>As <see cref="Defer(Func{Cx, Work})"/>, for clean-up that returns a plain task and needs no context.</summary>
    /// <param name="finalizer">The clean-up.</param>
    [Rule(RuleName.Defer)]
    public void Defer(Func<Task> finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        Defer(async (Cx _) => await finalizer());
    }

    /// <summary>As <see cref="Defer(Func{Cx, Work})"/>, for clean-up such as <c>stream.DisposeAsync</c>.</summary>
    /// <param name="finalizer">The clean-up.</param>
    [Rule(RuleName.Defer)]
    public void Defer(Func<ValueTask> finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        Defer(async (Cx _) => await finalizer());
    }

    /// <summary>As <see cref="Defer(Func{Cx, Work})"/>, for clean-up that does not await.</summary>
    /// <param name="finalizer">The clean-up.</param>
    [Rule(RuleName.Defer)]
    public void Defer(System.Action finalizer)
    {
        ArgumentNullException.ThrowIfNull(finalizer);
        Defer(cx =>
        {
            finalizer();
            return Work.CompletedWork;
        });
    }
}
