using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A task with a body that gives a value. It is itself what stands at the root of its strand.</summary>
internal sealed class TaskCell<T> : TaskCell, IStrandRoot<T>
{
    private Body<T> _body;
    private StrandRoot<T> _root;

    internal TaskCell(
        Engine engine,
        long id,
        Role role,
        RegionCell region,
        string? name,
        uint now,
        Capabilities held,
        Body<T> body
    )
        : base(engine, id, role, region, name, now, held) => _body = body;

    /// <summary>How it ended; set just before the kernel's step that ends it.</summary>
    internal Outcome<T>? Outcome { get; set; }

    internal override Exception? Failure =>
        Outcome switch
        {
            Outcome<T>.Err err => err.Error,
            Outcome<T>.Panicked panicked => panicked.Panic,
            _ => null,
        };

    private protected override void RunRoot() => _root.Run(this, this, this);

    Work<T> IStrandRoot<T>.Open()
    {
        Body<T> body = _body;
        _body = default;
        return Engine.TryStart(this) ? body.Enter(new Cx(this, Held)) : default;
    }

    void IStrandRoot<T>.Close(WorkResult<T> result) => Engine.EndBody(this, result);
}
