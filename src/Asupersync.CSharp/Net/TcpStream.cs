using System.Net;
using System.Net.Sockets;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// A TCP connection. From <see cref="Listener.Accept"/> or <see cref="Network.Connect"/>. One task may read and another write at a time. It
/// is closed by whoever holds it, with <c>using</c>, or by the task that it was handed to (<see cref="HandOver"/>). Small writes are sent
/// at once (no delay).
/// </summary>
public sealed partial class TcpStream : IDisposable, IAsyncDisposable
{
    private readonly SocketPort _port;

    internal TcpStream(Engine engine, Socket socket, IPEndPoint remote)
    {
        RemoteEndPoint = remote;
        socket.NoDelay = true;
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
        _port = new SocketPort(engine, socket, remote.ToString());
    }

    /// <summary>This side's address and port.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>The other side's address and port.</summary>
    public IPEndPoint RemoteEndPoint { get; }

    /// <summary>
    /// Reads what there is, waiting until there is something. A checkpoint; a request to cancel ends the wait, except in a masked section and
    /// in clean-up. Bytes that had been read by then are returned, and the request is seen at the next checkpoint. Holds an obligation of
    /// kind IoOp while it runs; the buffer is in use until then and no longer.
    /// </summary>
    /// <param name="cx">The context of the task that reads.</param>
    /// <param name="buffer">Where to put the bytes; not empty.</param>
    /// <returns>How many bytes were read; 0 when the other side has closed its sending direction.</returns>
    /// <exception cref="CancelledException">A request to cancel was pending, or came while it waited. Nothing was read.</exception>
    /// <exception cref="NetworkException">The connection was reset (ASUP4002) or closed here (ASUP4004), or failed otherwise (ASUP4099).</exception>
    /// <exception cref="ArgumentException">The buffer is empty.</exception>
    [Rule(RuleName.Reserve)]
    [Rule(RuleName.Commit)]
    [Rule(RuleName.Abort)]
    public Work<int> Read(Cx cx, Memory<byte> buffer) =>
        buffer.IsEmpty
            ? throw new ArgumentException(
                "Reading into an empty buffer could not be told from the end of the stream.",
                nameof(buffer)
            )
            : _port.Perform(
                cx,
                nameof(Read),
                static (socket, buffer, stop) => socket.ReceiveAsync(buffer, SocketFlags.None, stop),
                buffer
            );

    /// <summary>
    /// Writes all of the bytes. A checkpoint; a request to cancel ends the wait, except in a masked section and in clean-up. Then some of the
    /// bytes may have been sent: write in a masked section what must not be cut. Holds an obligation of kind IoOp while it runs.
    /// </summary>
    /// <param name="cx">The context of the task that writes.</param>
    /// <param name="data">The bytes; none is no operation but the checkpoint.</param>
    /// <returns>Work that ends when the system has taken all of the bytes.</returns>
    /// <exception cref="CancelledException">
    /// A request to cancel was pending, and nothing was sent; or it came while it waited, and a part may have been sent.
    /// </exception>
    /// <exception cref="NetworkException">The connection was reset (ASUP4002) or closed here (ASUP4004), or failed otherwise (ASUP4099).</exception>
    [Rule(RuleName.Reserve)]
    [Rule(RuleName.Commit)]
    [Rule(RuleName.Abort)]
    public Work Write(Cx cx, ReadOnlyMemory<byte> data) =>
        new(_port.Perform(cx, nameof(Write), static (socket, data, stop) => SendAll(socket, data, stop), data));

    /// <summary>
    /// Closes the sending direction: the other side reads what was written and then the end. Reading goes on. A checkpoint. Nothing happens
    /// when the connection is gone already.
    /// </summary>
    /// <param name="cx">The context of the task.</param>
    /// <exception cref="CancelledException">A request to cancel was pending.</exception>
    /// <exception cref="NetworkException">The stream was closed here (ASUP4004).</exception>
    public void CloseSending(Cx cx)
    {
        _port.Enter(cx, Capabilities.Network, nameof(CloseSending));
        try
        {
            EndSending(_port.Socket);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw _port.Failure(error, nameof(CloseSending));
        }

        _port.SendingClosed = true;
    }

    /// <summary>
    /// Closes without cutting off what was written: closes the sending direction, then reads and drops until the other side has closed too,
    /// or the patience is over; then closes. (A socket that is closed over unread input resets the connection, and a reset destroys what the
    /// other side has not read yet.) A checkpoint; in clean-up one poll, whatever the other side sends. Closed in any case but one: a patience
    /// that is out of range is refused before anything else, and leaves the stream open.
    /// </summary>
    /// <param name="cx">The context of the task.</param>
    /// <param name="patience">How long to wait for the other side, on the runtime's clock; from zero to 24 days.</param>
    /// <returns>True when the other side closed as well; false when it did not in time, or reset the connection.</returns>
    /// <exception cref="CancelledException">A request to cancel was pending, or came while it waited.</exception>
    /// <exception cref="NetworkException">The stream was closed here before (ASUP4004).</exception>
    /// <exception cref="ArgumentOutOfRangeException">The patience is negative or above 24 days; the stream is as it was.</exception>
    [Rule(RuleName.Reserve)]
    [Rule(RuleName.Commit)]
    [Rule(RuleName.Abort)]
    public async Work<bool> Close(Cx cx, TimeSpan patience)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(patience, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(patience, TimeSpan.FromDays(24));
        using (this)
        {
            return await _port.Perform(
                cx,
                nameof(Close),
                static (socket, limit, stop) => Finish(socket, limit.patience, limit.TimeProvider, stop),
                (patience, _port.Engine.Options.TimeProvider)
            );
        }
    }

    /// <summary>
    /// Closes the stream. A pending read or write ends with ASUP4004. What was written still goes out, unless there is unread input: then the
    /// connection is reset; see <see cref="Close"/>. From any thread; again does nothing.
    /// </summary>
    public void Dispose() => _port.Dispose();

    /// <summary>As <see cref="Dispose"/>, for <c>await using</c>.</summary>
    /// <returns>A finished task.</returns>
    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }

    /// <summary>The name under which a stream is reported.</summary>
    /// <returns>Both addresses.</returns>
    public override string ToString() => $"connection {LocalEndPoint} to {RemoteEndPoint}";

    private static async ValueTask<Nothing> SendAll(Socket socket, ReadOnlyMemory<byte> data, CancellationToken stop)
    {
        while (!data.IsEmpty)
        {
            data = data[await socket.SendAsync(data, SocketFlags.None, stop).ConfigureAwait(false)..];
        }

        return default;
    }

    /// <summary>Does not run on the strand, so that a talkative peer costs the task no polls of its clean-up.</summary>
    private static async ValueTask<bool> Finish(
        Socket socket,
        TimeSpan patience,
        TimeProvider time,
        CancellationToken stop
    )
    {
        EndSending(socket);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var limit = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        byte[] dropped = new byte[16 * 1024];
        try
        {
            while (await socket.ReceiveAsync(dropped, SocketFlags.None, either.Token).ConfigureAwait(false) > 0) { }

            return true;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static void EndSending(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.NotConnected)
        {
            // The connection is gone; there is nobody to tell.
        }
    }
}
