using System.Net;
using System.Net.Sockets;
using Asupersync.Kernel;
using Microsoft.FSharp.Core;
using Xunit;

namespace Asupersync.Tests.Net;

/// <summary>A run on the real network and clock, recorded and replayed; every obligation has to be resolved in the end.</summary>
internal sealed record NetRun(
    Outcome<bool> Outcome,
    RunSummary Summary,
    State Final,
    IReadOnlyList<RuntimeReport> Reports
)
{
    internal static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program that has to end well and may not be reported.</summary>
    internal static async Task<NetRun> Of(Func<Cx, Work> body, RuntimeOptions? like = null)
    {
        NetRun run = await Record(body, like);
        run.Outcome.GetOrThrow();
        Assert.Empty(run.Reports);
        Assert.Equal(0, run.Summary.Leaks);
        return run;
    }

    /// <summary>Runs a program that may end as it likes.</summary>
    internal static async Task<NetRun> Record(Func<Cx, Work> body, RuntimeOptions? like = null)
    {
        using var trace = new StringWriter();
        var reports = new List<RuntimeReport>();
        RunSummary? summary = null;
        var options = new RuntimeOptions
        {
            Trace = trace,
            Report = report =>
            {
                lock (reports)
                {
                    reports.Add(report);
                }
            },
            OnClosed = closed => summary = closed,
            RandomSeed = like?.RandomSeed,
            Workers = like?.Workers ?? 0,
        };
        Outcome<bool> outcome = await AsupRuntime.RunAsync(body, options).WaitAsync(Limit);
        FSharpResult<Trace, TraceError> read = TraceJson.readText(trace.ToString());
        Assert.True(read.IsOk, read.IsOk ? "" : read.ErrorValue.ToString());
        FSharpResult<State, TraceError> replayed = TraceModule.replay(read.ResultValue);
        Assert.True(replayed.IsOk, replayed.IsOk ? "" : replayed.ErrorValue.ToString());
        SpecificationCheck.Accept(read.ResultValue);
        Assert.Equal(summary!.Fingerprint, replayed.ResultValue.Fingerprint);
        Assert.Equal(0, summary.OpenObligations);
        return new NetRun(outcome, summary, replayed.ResultValue, reports);
    }

    /// <summary>How many obligations of a kind ended in a phase.</summary>
    internal int Count(ObligationKind kind, ObligationPhase phase) =>
        Final.Obligations.Count(entry => entry.Item2.Kind == kind && entry.Item2.Phase == phase);

    /// <summary>Both ends of a connection, this task's first.</summary>
    internal static async Work<(TcpStream Near, TcpStream Far)> Pair(Cx cx)
    {
        using Listener listener = cx.Net.Listen(AnyPort);
        TcpStream near = await cx.Net.Connect(listener.LocalEndPoint);
        return (near, await listener.Accept(cx));
    }

    /// <summary>One end on the runtime, the other a plain socket outside of it.</summary>
    internal static async Work<(TcpStream Stream, Socket Socket)> PairWithSocket(Cx cx)
    {
        using Listener listener = cx.Net.Listen(AnyPort);
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(listener.LocalEndPoint);
        return (await listener.Accept(cx), socket);
    }

    /// <summary>Lets every other task run until it waits. The ready lane is in order, so one turn each is enough.</summary>
    internal static async Work OthersWait(Cx cx)
    {
        Scheduler scheduler = cx.Cell.Engine.Scheduler;
        for (int turn = 0; turn < 3; turn++)
        {
            await cx.Yield();
            while (OthersRun(scheduler, cx.Cell))
            {
                turn = 0;
                await cx.Sleep(TimeSpan.FromMilliseconds(1));
            }
        }
    }

    /// <summary>Whether another worker polls a task or has one in line.</summary>
    private static bool OthersRun(Scheduler scheduler, Strand self)
    {
        foreach (Worker worker in scheduler.Workers)
        {
            if (worker != Worker.Current && (!worker.IsIdle || (worker.Polling is { } strand && strand != self)))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Awaits work that has to fail with a code.</summary>
    internal static async Work<TException> Fails<TException>(string code, Func<Work> work)
        where TException : AsupersyncException
    {
        try
        {
            await work();
        }
        catch (TException error)
        {
            Assert.Equal(code, error.Code);
            Assert.StartsWith(code, error.Message, StringComparison.Ordinal);
            return error;
        }

        throw new Xunit.Sdk.XunitException($"{code} was expected, and nothing was thrown");
    }

    /// <summary>The same for a call that awaits nothing.</summary>
    internal static Work<TException> Fails<TException>(string code, System.Action call)
        where TException : AsupersyncException =>
        Fails<TException>(
            code,
            () =>
            {
                call();
                return Work.CompletedWork;
            }
        );
}
