namespace Asupersync;

/// <summary>A task with a body that gives a value.</summary>
internal sealed class TaskCell<T> : TaskCell
{
    private readonly Capabilities _held;
    private Func<Cx, Work<T>>? _body;

    internal TaskCell(Engine engine, long id, RegionCell region, string name, Capabilities held, Func<Cx, Work<T>> body)
        : base(engine, id, region, name)
    {
        _held = held;
        _body = body;
    }

    /// <summary>How it ended; set just before the kernel's step that ends it.</summary>
    internal Outcome<T>? Outcome { get; set; }

    internal override Exception? Failure =>
        Outcome switch
        {
            Outcome<T>.Err err => err.Error,
            Outcome<T>.Panicked panicked => panicked.Panic,
            _ => null,
        };

    internal override void Begin() => AddReady(new Root(this));

    /// <summary>Enters the body in the first poll and takes its end.</summary>
    private sealed class Root(TaskCell<T> cell) : StrandBody<T>(cell)
    {
        private protected override Work<T> Open()
        {
            Func<Cx, Work<T>> body = cell._body!;
            cell._body = null;
            return cell.Engine.TryStart(cell) ? body(new Cx(cell, cell._held)) : default;
        }

        private protected override void Close(WorkResult<T> result) => cell.Engine.EndBody(cell, result);
    }
}
