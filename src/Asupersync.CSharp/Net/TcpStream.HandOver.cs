using Asupersync.Kernel;

namespace Asupersync;

/// <content>Streams as property of a task.</content>
public sealed partial class TcpStream : IObligationHolder
{
    private TaskCell? _owner;
    private long _lease;

    /// <summary>
    /// Spawns a task that owns the stream: it is closed when the task ends, also when the task was cancelled before it started. If the task
    /// cannot be spawned the stream is closed at once. A checkpoint. Rests on the rules Spawn, Reserve and Transfer: the stream is an
    /// obligation of kind Lease, which the kernel aborts if the task never gets to run.
    /// </summary>
    /// <param name="cx">The context of the task that has the stream now; it must not use it any more.</param>
    /// <param name="handler">The new task's code; it gets a context of its own and the stream.</param>
    /// <param name="options">Name and budget; the name is the other side's address when not given.</param>
    /// <returns>The handle of the new task.</returns>
    /// <exception cref="CancelledException">A request to cancel was pending. The stream is closed.</exception>
    /// <exception cref="RefusedException">The region is closing, or the spawner was cancelled. The stream is closed.</exception>
    /// <exception cref="NetworkException">Another task owns the stream (ASUP4005), which stays open; or it was closed here (ASUP4004).</exception>
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.Reserve)]
    [Rule(RuleName.Transfer)]
    public Child HandOver(Cx cx, Func<Cx, TcpStream, Work> handler, SpawnOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        TaskCell giver = cx.Use(Capabilities.Network | Capabilities.Spawn);
        if (_owner is { } owner && owner != giver)
        {
            throw NetworkException.NotOwner(ToString(), owner.ToString());
        }

        if (_port.IsDisposed)
        {
            throw _port.Failure(new ObjectDisposedException(nameof(TcpStream)), nameof(HandOver));
        }

        try
        {
            _port.Enter(cx, Capabilities.Network, nameof(HandOver));
            return Give(giver, cx, handler, options?.Name ?? RemoteEndPoint.ToString(), options);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The task that owned it never ran, or broke.</summary>
    void IObligationHolder.OnAborted() => Dispose();

    private Child Give(TaskCell giver, Cx cx, Func<Cx, TcpStream, Work> handler, string name, SpawnOptions? options)
    {
        if (_owner is null)
        {
            _lease = giver.Engine.Reserve(giver, ObligationKind.Lease, this);
            _owner = giver;
        }

        TaskCell<Nothing> taker;
        try
        {
            taker = giver.Engine.Spawn(
                giver,
                cx.Held,
                giver.Region,
                Body<Nothing>.Of(cx => Own(cx, handler)),
                name,
                options?.Budget ?? default,
                begins: false
            );
        }
        catch
        {
            Resolve(giver, commit: false);
            throw;
        }

        try
        {
            giver.Engine.Transfer(giver, _lease, taker);
            _owner = taker;
        }
        finally
        {
            taker.Begin(); // Not before it has the stream.
        }

        return new Child(taker);
    }

    private async Work Own(Cx cx, Func<Cx, TcpStream, Work> handler)
    {
        TaskCell self = cx.Cell;
        try
        {
            await handler(cx, this);
        }
        finally
        {
            if (_owner == self)
            {
                Dispose();
                Resolve(self, commit: true);
            }
        }
    }

    private void Resolve(TaskCell holder, bool commit)
    {
        _owner = null;
        holder.Engine.Settle(holder, _lease, commit);
    }
}
