using System.Net;
using System.Net.Sockets;

namespace EchoServer.SelfTest;

/// <summary>
/// A client as any program could be one: plain sockets, outside of the runtime. It sends its pattern, checks every byte that comes back,
/// and takes the end of the stream for "the rest was not accepted".
/// </summary>
internal sealed class Client(int id, Traffic traffic) : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SemaphoreSlim _progress = new(0);
    private readonly CancellationTokenSource _ended = new();
    private long _received;

    internal int Id => id;

    internal IPEndPoint LocalEndPoint { get; private set; } = new(IPAddress.None, 0);

    internal long Sent { get; private set; }

    internal long Received => Volatile.Read(ref _received);

    /// <summary>What went wrong, or null.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Sends and checks until all is echoed or the server ends the stream.</summary>
    internal async Task Run(IPEndPoint server)
    {
        try
        {
            await Connect(server);
        }
        catch (SocketException error)
        {
            Problem = $"connecting failed: {error.SocketErrorCode}";
            return;
        }

        Task sending = Send();
        try
        {
            await Receive();
        }
        catch (SocketException error)
        {
            Problem ??= $"receiving failed: {error.SocketErrorCode}";
        }

        await _ended.CancelAsync();
        await sending;
        _socket.Close();
    }

    /// <summary>Sends, then resets the connection while bytes are on the way in both directions.</summary>
    internal async Task RunAndReset(IPEndPoint server)
    {
        byte[] buffer = new byte[traffic.Plan.LongestMessage];
        try
        {
            await Connect(server);
            await SendMessage(buffer, 0);
            await _socket.ReceiveAsync(buffer);
            traffic.Served();
            await traffic.EveryoneIsServed;
            for (int message = 1; message <= 1 + (id % 5); message++)
            {
                await SendMessage(buffer, message);
            }
        }
        catch (SocketException error)
        {
            Problem = $"it wanted to reset its connection, and had none: {error.SocketErrorCode}";
        }

        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Close();
    }

    public void Dispose()
    {
        _socket.Dispose();
        _progress.Dispose();
        _ended.Dispose();
    }

    private async Task Connect(IPEndPoint server)
    {
        await _socket.ConnectAsync(server);
        LocalEndPoint = (IPEndPoint)_socket.LocalEndPoint!;
    }

    private async Task Send()
    {
        byte[] buffer = new byte[traffic.Plan.LongestMessage];
        try
        {
            for (int message = 0; message < traffic.Plan.MessagesOf(id); message++)
            {
                await SendMessage(buffer, message);
                while (Sent - Received > (message == 0 ? 0 : traffic.Plan.Window))
                {
                    await _progress.WaitAsync(_ended.Token);
                }

                if (message == 0)
                {
                    // Everybody has been served once before the traffic proper begins.
                    traffic.Served();
                    await traffic.EveryoneIsServed.WaitAsync(_ended.Token);
                }
            }

            if (!traffic.Plan.IsSilent(id))
            {
                _socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // The server has closed: what is left was not accepted.
        }
        catch (SocketException error) when (!_ended.IsCancellationRequested)
        {
            Problem ??= $"sending failed before the end of the stream: {error.SocketErrorCode}";
        }
        catch (SocketException)
        {
            // The server lost its patience after it had closed its side.
        }
    }

    private async Task SendMessage(byte[] buffer, int message)
    {
        Memory<byte> bytes = buffer.AsMemory(0, traffic.Plan.MessageLength(id, message));
        Pattern.Fill(bytes.Span, id, Sent);
        Sent += bytes.Length;
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, _ended.Token)..];
        }
    }

    private async Task Receive()
    {
        byte[] buffer = new byte[traffic.Plan.LongestMessage];
        while (true)
        {
            int count = await _socket.ReceiveAsync(buffer);
            if (count == 0)
            {
                return;
            }

            long wrong = Pattern.Mismatch(buffer.AsSpan(0, count), id, _received);
            if (wrong >= 0)
            {
                Problem ??= $"byte {wrong} came back changed";
            }

            Volatile.Write(ref _received, _received + count);
            traffic.Echoed(count);
            _progress.Release();
        }
    }
}
