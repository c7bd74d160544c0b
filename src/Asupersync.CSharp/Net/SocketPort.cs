using System.Net.Sockets;

namespace Asupersync;

/// <summary>A socket and the way every operation on it goes: checkpoint, obligation, start, wait, result, resolution.</summary>
internal sealed class SocketPort(Engine engine, Socket socket, string address) : IDisposable
{
    private SocketWait? _spare;
    private string? _reading;
    private string? _writing;
    private int _disposed;

    internal Engine Engine { get; } = engine;

    internal Socket Socket { get; } = socket;

    /// <summary>The address to name in messages.</summary>
    internal string Address { get; } = address;

    internal bool IsDisposed => Volatile.Read(ref _disposed) != 0;

    /// <summary>Set when this program has closed the sending direction.</summary>
    internal bool SendingClosed { get; set; }

    /// <summary>One operation. Ends when the operation of the system has ended.</summary>
    /// <param name="cx">The context of the task that asks.</param>
    /// <param name="operation">The name of the member, for messages.</param>
    /// <param name="start">Starts the operation on the socket.</param>
    /// <param name="arguments">What <paramref name="start"/> needs, so that it captures nothing.</param>
    internal async Work<TResult> Perform<TArguments, TResult>(
        Cx cx,
        string operation,
        Func<Socket, TArguments, CancellationToken, ValueTask<TResult>> start,
        TArguments arguments
    )
    {
        TaskCell cell = Enter(cx, Capabilities.Network, operation);
        SocketWait wait = Interlocked.Exchange(ref _spare, null) ?? new SocketWait();
        long obligation = Engine.Reserve(cell, Kernel.ObligationKind.IoOp, wait);
        bool completed = false;
        try
        {
            ValueTask<TResult> running = start(Socket, arguments, wait.Renew());
            bool atOnce = running.IsCompleted;
            if (!atOnce)
            {
                cell.WaitsFor = Words(operation);
                await wait.Until(cell, running);
            }

            TResult result = running.GetAwaiter().GetResult();
            completed = true;
            if (atOnce && !Engine.GoesOnAtOnce())
            {
                await Strand.Yield();
            }

            return result;
        }
        catch (OperationCanceledException) when (wait.WasStopped)
        {
            throw Stopped(cell, operation);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Who cancels the tasks of a socket may close it at once; another worker's task then sees its request all the same.
            bool closedWithARequest = IsDisposed && !cell.IsCompleted && cell.CanAcknowledge;
            throw closedWithARequest ? Stopped(cell, operation) : Failure(error, operation);
        }
        finally
        {
            cell.WaitsFor = null;
            if (Engine.Settle(cell, obligation, completed))
            {
                Volatile.Write(ref _spare, wait);
            }
        }
    }

    /// <summary>A checkpoint of the running task, which has to be of the same runtime.</summary>
    internal TaskCell Enter(Cx cx, Capabilities needed, string operation)
    {
        TaskCell cell = cx.Pass(needed, operation);
        return cell.Engine == Engine
            ? cell
            : throw new CapabilityException(
                "ASUP3004",
                $"{Words(operation)}: the socket belongs to another runtime. Use it there, or open one here."
            );
    }

    internal NetworkException Failure(Exception error, string operation) =>
        NetworkException.From(
            error,
            Words(operation),
            IsDisposed || (SendingClosed && operation == nameof(TcpStream.Write))
        );

    /// <summary>Closes the socket; what runs on it ends with ASUP4004. From any thread.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            Socket.Dispose();
        }
    }

    /// <summary>What the task is told when its operation was ended for its sake.</summary>
    private Exception Stopped(TaskCell cell, string operation) =>
        cell.IsCompleted
            ? Failure(new ObjectDisposedException(nameof(Task)), operation)
            : ((IStrandOwner)cell).CreateCancellation(cell, null);

    private string Words(string operation) =>
        operation switch
        {
            nameof(TcpStream.Read) => _reading ??= $"Read from {Address}",
            nameof(TcpStream.Write) => _writing ??= $"Write to {Address}",
            _ => $"{operation} on {Address}",
        };
}
