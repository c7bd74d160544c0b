using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;

namespace EchoServer.SelfTest;

/// <summary>The server on a free port, with everything recorded that can be known of its run.</summary>
internal sealed class WatchedServer : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly StringWriter _trace = new();
    private readonly ConcurrentDictionary<IPEndPoint, long> _accepted = new();
    private readonly ConcurrentQueue<RuntimeReport> _reports = new();
    private long _signalAt;
    private long _closedAt;

    /// <summary>How the run ended.</summary>
    internal Task<Outcome<bool>> Ended { get; private set; } =
        Task.FromResult<Outcome<bool>>(new Outcome<bool>.Ok(true));

    internal RunSummary? Summary { get; private set; }

    internal IReadOnlyCollection<RuntimeReport> Reports => _reports;

    internal string Trace => _trace.ToString();

    /// <summary>From the signal to the closed root region.</summary>
    internal TimeSpan Quiescence => Stopwatch.GetElapsedTime(_signalAt, _closedAt);

    /// <summary>What made the server shut down.</summary>
    internal string Signal { get; private set; } = "nothing";

    /// <summary>Bytes that the server read from a client and was to echo.</summary>
    internal long Accepted(Client client) => _accepted.GetValueOrDefault(client.LocalEndPoint);

    /// <summary>Starts the run; ends when the server listens.</summary>
    internal async Task<IPEndPoint> Start()
    {
        var listening = new TaskCompletionSource<IPEndPoint>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new Server(
            new IPEndPoint(IPAddress.Loopback, 0),
            listening.SetResult,
            (stream, bytes) => _accepted.AddOrUpdate(stream.RemoteEndPoint, bytes, (_, before) => before + bytes)
        );
        var options = new RuntimeOptions
        {
            Trace = _trace,
            Report = _reports.Enqueue,
            OnClosed = summary =>
            {
                _closedAt = Stopwatch.GetTimestamp();
                Summary = summary;
            },
        };
        Ended = AsupRuntime.RunAsync(server.Run, options, _stop.Token);
        await Task.WhenAny(listening.Task, Ended);
        return listening.Task.IsCompleted
            ? await listening.Task
            : throw new InvalidOperationException($"the server did not start: {await Ended}");
    }

    /// <summary>Sends this process SIGTERM.</summary>
    internal async Task Stop()
    {
        _signalAt = Stopwatch.GetTimestamp();
        if (Terminate.IsSupported)
        {
            Signal = "SIGTERM";
            Terminate.Send();
        }
        else
        {
            Signal = "a cancel from outside, Windows having no SIGTERM to send";
            await _stop.CancelAsync();
        }
    }

    public void Dispose()
    {
        _stop.Dispose();
        _trace.Dispose();
    }
}
