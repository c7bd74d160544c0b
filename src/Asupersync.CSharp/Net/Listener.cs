using System.Net;
using System.Net.Sockets;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>Accepts TCP connections. From <see cref="Network.Listen"/>. Several tasks may accept on it at a time.</summary>
public sealed class Listener : IDisposable, IAsyncDisposable
{
    private readonly SocketPort _port;

    internal Listener(Engine engine, Socket socket, IPEndPoint endpoint)
    {
        _port = new SocketPort(engine, socket, endpoint.ToString());
        LocalEndPoint = endpoint;
    }

    /// <summary>Where it listens, with the port that was taken.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>
    /// Waits for a connection and takes it. A checkpoint; a request to cancel ends the wait. A connection that was taken by then is
    /// returned, and the request is seen at the next checkpoint, such as <see cref="TcpStream.HandOver"/>. Holds an obligation of kind IoOp
    /// while it runs.
    /// </summary>
    /// <param name="cx">The context of the task that waits.</param>
    /// <returns>The connection, for the caller to dispose of or to hand over.</returns>
    /// <exception cref="CancelledException">A request to cancel was pending, or came while it waited.</exception>
    /// <exception cref="NetworkException">The listener was closed (ASUP4004), or the system has no room for a connection (ASUP4099).</exception>
    [Rule(RuleName.Reserve)]
    [Rule(RuleName.Commit)]
    [Rule(RuleName.Abort)]
    public async Work<TcpStream> Accept(Cx cx)
    {
        while (true)
        {
            try
            {
                Socket socket = await _port.Perform(
                    cx,
                    nameof(Accept),
                    static (socket, _, stop) => socket.AcceptAsync(stop),
                    default(Nothing)
                );
                if (Welcome(socket, cx.Cell) is { } stream)
                {
                    return stream;
                }
            }
            catch (NetworkException error) when (error.Code == "ASUP4002")
            {
                // That client left before it was accepted. It is no trouble of the listener's.
            }
        }
    }

    /// <summary>Closes the listener. A pending <see cref="Accept"/> ends with ASUP4004; connections not yet accepted are reset. From any thread.</summary>
    public void Dispose() => _port.Dispose();

    /// <summary>As <see cref="Dispose"/>, for <c>await using</c>.</summary>
    /// <returns>A finished task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <summary>The stream of a connection; null when the client has left already.</summary>
    private TcpStream? Welcome(Socket socket, TaskCell cell)
    {
        if (cell.IsCompleted)
        {
            // The task did not wait for its own accept; nobody will ever take this connection.
            socket.Dispose();
            throw _port.Failure(new ObjectDisposedException(nameof(Task)), nameof(Accept));
        }

        try
        {
            return new TcpStream(_port.Engine, socket, (IPEndPoint)socket.RemoteEndPoint!);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }
}
