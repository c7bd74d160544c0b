using System.Net;
using System.Net.Sockets;

namespace Asupersync;

/// <summary>TCP, as far as a task may use it. From <see cref="Cx.Net"/>; needs <see cref="Capabilities.Network"/>.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Performance",
    "CA1815",
    Justification = "A part of a context; it is used, not compared."
)]
public readonly struct Network
{
    private readonly Cx _cx;

    internal Network(Cx cx) => _cx = cx;

    /// <summary>
    /// Listens for connections. A checkpoint. The listener belongs to whoever disposes of it: <c>using</c> is the idiom, and
    /// <c>cx.Defer(listener.Dispose)</c> keeps it open until the region closes.
    /// </summary>
    /// <param name="endpoint">Address and port; port 0 takes a free one, see <see cref="Listener.LocalEndPoint"/>.</param>
    /// <param name="backlog">Connections that may wait to be accepted, at least 1; the system may allow fewer.</param>
    /// <returns>The listener, which accepts connections from now on.</returns>
    /// <exception cref="NetworkException">The address is in use (ASUP4001), or cannot be listened on (ASUP4099).</exception>
    /// <exception cref="CancelledException">A request to cancel was pending.</exception>
    public Listener Listen(IPEndPoint endpoint, int backlog = 512)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentOutOfRangeException.ThrowIfLessThan(backlog, 1);
        TaskCell cell = _cx.Pass(Capabilities.Network);
        Socket socket = Open(endpoint, nameof(Listen));
        try
        {
            socket.Bind(endpoint);
            socket.Listen(backlog);
            return new Listener(cell.Engine, socket, (IPEndPoint)socket.LocalEndPoint!);
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw NetworkException.From(error, $"Listen on {endpoint}", closedHere: false);
        }
    }

    /// <summary>
    /// Connects to a listener. A checkpoint; a request to cancel ends the attempt. If the connection stood by then, it is returned, and the
    /// request is seen at the next checkpoint. Holds an obligation of kind IoOp while it runs.
    /// </summary>
    /// <param name="endpoint">Address and port.</param>
    /// <returns>The stream, for the caller to dispose of.</returns>
    /// <exception cref="NetworkException">The connection was refused (ASUP4003), or failed otherwise (ASUP4099).</exception>
    /// <exception cref="CancelledException">A request to cancel was pending, or came while it connected.</exception>
    public async Work<TcpStream> Connect(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        TaskCell cell = _cx.Use(Capabilities.Network);
        Socket socket = Open(endpoint, nameof(Connect));
        try
        {
            var port = new SocketPort(cell.Engine, socket, endpoint.ToString());
            await port.Perform(_cx, nameof(Connect), static (socket, to, stop) => Reach(socket, to, stop), endpoint);
            return new TcpStream(cell.Engine, socket, endpoint);
        }
        catch (SocketException error)
        {
            // The other side has left already.
            socket.Dispose();
            throw NetworkException.From(error, $"{nameof(Connect)} on {endpoint}", closedHere: false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A socket; there may be none for this kind of address, or none left.</summary>
    private static Socket Open(IPEndPoint endpoint, string operation)
    {
        try
        {
            return new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        }
        catch (SocketException error)
        {
            throw NetworkException.From(error, $"{operation} on {endpoint}", closedHere: false);
        }
    }

    private static async ValueTask<Nothing> Reach(Socket socket, IPEndPoint endpoint, CancellationToken stop)
    {
        await socket.ConnectAsync(endpoint, stop).ConfigureAwait(false);
        return default;
    }
}
