using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The context of one task: every effect goes through it, and it can be narrowed but never widened. A task uses its own; one that was
/// captured from another task is refused with ASUP3002, one that lacks a power with ASUP3001.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Performance",
    "CA1815",
    Justification = "A context is used, not compared."
)]
public readonly partial struct Cx
{
    private readonly TaskCell? _task;

    internal Cx(TaskCell task, Capabilities held)
    {
        _task = task;
        Held = held;
    }

    /// <summary>The powers this context carries.</summary>
    public Capabilities Held { get; }

    /// <summary>The task's identifier, as in the trace.</summary>
    public long TaskId => Cell.Id;

    /// <summary>The task's name.</summary>
    public string Name => Cell.Name;

    /// <summary>
    /// The region that owns the task. What a context without <see cref="Capabilities.Cancel"/> gives cannot be used to cancel it
    /// (ASUP3001).
    /// </summary>
    public Region Region
    {
        get
        {
            Region region = Cell.Region.Handle;
            return (Held & Capabilities.Cancel) != 0 ? region : region.WithoutCancel;
        }
    }

    /// <summary>
    /// Trips when the task could see a cancel request: for code that knows only tokens. Its listeners run on the task. When such code then
    /// throws <see cref="OperationCanceledException"/>, be it for this token or for one that is linked with it, the task counts as having
    /// acknowledged.
    /// </summary>
    public CancellationToken CancellationToken => Cell.Token;

    /// <summary>Whether a request to cancel the task is pending or was acknowledged.</summary>
    public bool IsCancelRequested => Cell.Record.Reason is not null;

    /// <summary>Why the task is being cancelled, or null.</summary>
    public CancelReason? CancelReason => Cell.Record.Reason;

    internal TaskCell Cell => _task ?? throw Empty();

    /// <summary>A context with only some of these powers, for code that needs no more.</summary>
    /// <param name="keep">The powers to keep; those not held are not gained.</param>
    /// <returns>The narrowed context, of the same task.</returns>
    public Cx Narrow(Capabilities keep) => new(Cell, Held & keep);

    /// <summary>
    /// A checkpoint. Passes when no request is pending; spends one unit inside a masked section; otherwise acknowledges, once.
    /// Rests on the rules Checkpoint and CheckpointMasked.
    /// </summary>
    /// <param name="member">Filled in by the compiler, for reports.</param>
    /// <param name="line">Filled in by the compiler, for reports.</param>
    /// <exception cref="CancelledException">A request was pending; clean up and let it through.</exception>
    [Rule(RuleName.Checkpoint)]
    [Rule(RuleName.CheckpointMasked)]
    public void Checkpoint([CallerMemberName] string member = "", [CallerLineNumber] int line = 0)
    {
        TaskCell cell = Use(Capabilities.None);
        cell.PassedAt(member, line);
        cell.Engine.Checkpoint(cell);
    }

    /// <summary>A checkpoint that also lets other tasks run first.</summary>
    /// <returns>Work that ends in the task's next turn.</returns>
    /// <exception cref="CancelledException">A request was pending.</exception>
    public Work Yield() => new(YieldWork.Rent().Of(this));

    /// <summary>Charges the task's cost budget; when it runs out the task is asked to cancel with kind CostBudget. Rests on the rule ChargeCost.</summary>
    /// <param name="cost">Units of the program's own choosing, at least 1.</param>
    /// <exception cref="RefusedException">The cost is below 1.</exception>
    [Rule(RuleName.ChargeCost)]
    public void Charge(long cost)
    {
        TaskCell cell = Use(Capabilities.None);
        cell.Engine.ChargeCost(cell, cost);
    }

    /// <summary>
    /// Runs work as a masked section: up to so many checkpoints in it pass although a request is pending. Rests on the rules MaskEnter and
    /// MaskExit. A region opened inside is not shielded (D4).
    /// </summary>
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <param name="units">Checkpoints that may be deferred, 1 to 1,000. Every await of the runtime's own is one.</param>
    /// <param name="body">The section.</param>
    /// <returns>What the section gives.</returns>
    /// <exception cref="CancelledException">A request was pending before the section began.</exception>
    /// <exception cref="RefusedException">The units are out of range, or sections are nested more than 64 deep.</exception>
    [Rule(RuleName.MaskEnter)]
    [Rule(RuleName.MaskExit)]
    public async Work<T> Mask<T>(int units, Func<Cx, Work<T>> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        TaskCell cell = Use(Capabilities.None);
        if (cell.Record.Depth == 0)
        {
            cell.Engine.Checkpoint(cell);
        }

        cell.Engine.MaskEnter(cell, units);
        try
        {
            return await body(this);
        }
        finally
        {
            cell.Engine.MaskExit(cell);
        }
    }

    /// <summary>As <see cref="Mask{T}"/>, for a section without a result.</summary>
    /// <param name="units">Checkpoints that may be deferred, 1 to 1,000.</param>
    /// <param name="body">The section.</param>
    /// <returns>Work that ends with the section.</returns>
    public async Work Mask(int units, Func<Cx, Work> body)
    {
        ArgumentNullException.ThrowIfNull(body);
        await Mask<Nothing>(
            units,
            async cx =>
            {
                await body(cx);
                return default;
            }
        );
    }

    /// <summary>The cell, when the task that runs now is this one and holds the powers.</summary>
    internal TaskCell Use(Capabilities needed, [CallerMemberName] string member = "") =>
        _task is { } cell && Strand.Current == cell && (Held & needed) == needed ? cell : throw Misused(needed, member);

    private static CapabilityException Empty() =>
        new("ASUP3003", "This Cx is empty (default). Use the one that the runtime hands to the body.");

    // Apart from Use, so that the words do not stand in the code of every call.
    private CapabilityException Misused(Capabilities needed, string member)
    {
        TaskCell cell = Cell;
        if (Strand.Current == cell)
        {
            return new CapabilityException(
                "ASUP3001",
                $"{member} needs {needed & ~Held}, which this Cx of {cell} does not hold. Pass one that was not narrowed so far."
            );
        }

        string here = Strand.Current is TaskCell other ? other.ToString() : "code outside the runtime";
        return new CapabilityException(
            "ASUP3002",
            $"{member}: the Cx of {cell} is used by {here}. Use the Cx that the running task was given."
        );
    }

    private static void RefuseIfEnded(TaskCell cell)
    {
        if (cell.IsCompleted)
        {
            throw new RefusedException(new Refusal(RuleName.Checkpoint, Premise.TaskActive), cell.ToString());
        }
    }

    /// <summary>The cell, after a checkpoint. Refused to a helper that outlived the task: nobody would wait for what it does.</summary>
    internal TaskCell Pass(Capabilities needed, [CallerMemberName] string member = "")
    {
        TaskCell cell = Use(needed, member);
        RefuseIfEnded(cell);
        cell.PassedAt(member);
        cell.Engine.Checkpoint(cell);
        return cell;
    }
}
