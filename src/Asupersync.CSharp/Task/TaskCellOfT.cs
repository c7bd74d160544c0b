using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A task with a body that gives a value. It is itself what stands at the root of its strand.</summary>
internal sealed class TaskCell<T> : TaskCell, IStrandRoot<T>
{
    // The code of its body, then what that waits for as a whole, then how it ended: one field, since no two are needed at a time.
    private object? _part;
    private int _token;
    private Progress _progress;

    internal TaskCell(
        Engine engine,
        long id,
        Role role,
        RegionCell region,
        object? name,
        uint now,
        Capabilities held,
        Body<T> body
    )
        : base(engine, id, role, region, name, now, held) => _part = body.Code;

    private enum Progress : byte
    {
        New,
        Entered,
        Ended,
    }

    /// <summary>How it ended; set just before the kernel's step that ends it.</summary>
    internal Outcome<T>? Outcome
    {
        get => _progress == Progress.Ended ? Unsafe.As<Outcome<T>>(_part) : null;
        set
        {
            _part = value;
            _progress = Progress.Ended;
        }
    }

    internal override Exception? Failure =>
        Outcome switch
        {
            Outcome<T>.Err err => err.Error,
            Outcome<T>.Panicked panicked => panicked.Panic,
            _ => null,
        };

    private protected override void RunRoot()
    {
        if (_progress == Progress.New)
        {
            StrandRoot.Begin(this, this, this, ref _part, ref _token);
        }
        else
        {
            StrandRoot.End(this, this, ref _part, _token);
        }
    }

    Work<T> IStrandRoot<T>.Open()
    {
        var body = new Body<T>(_part);
        _part = null;
        _progress = Progress.Entered;
        return Engine.TryStart(this) ? body.Enter(new Cx(this, Held)) : default;
    }

    void IStrandRoot<T>.Close(WorkResult<T> result) => Engine.EndBody(this, result);
}
