using System.Diagnostics;
using System.Net;

namespace EchoServer.SelfTest;

/// <summary>Serves many clients, gets SIGTERM in the middle of the traffic, and accounts for every byte and every rule taken.</summary>
public static class SelfTest
{
    /// <summary>Runs it and prints what came out.</summary>
    /// <param name="plan">How much traffic.</param>
    /// <param name="output">Where to print.</param>
    /// <returns>0 when every check passed, else 1.</returns>
    public static async Task<int> Run(Plan plan, TextWriter output)
    {
        using var watched = new WatchedServer();
        var traffic = new Traffic(plan);
        Client[] clients = [.. Enumerable.Range(0, plan.Clients).Select(id => new Client(id, traffic))];
        Client[] resetting =
        [
            .. Enumerable.Range(plan.Clients, plan.ResettingClients).Select(id => new Client(id, traffic)),
        ];
        var verdict = new Verdict(output);
        try
        {
            using var limit = new CancellationTokenSource(plan.Limit);
            await Serve(watched, traffic, clients, resetting, output, limit.Token);
            verdict.Table(clients, watched.Accepted);
            verdict.Bytes(clients, watched.Accepted);
            verdict.Resets(resetting, watched.Accepted);
            verdict.Run(watched);
            verdict.Trace(new Replay(watched.Trace), watched.Summary!);
            if (plan.TracePath is { } path)
            {
                await File.WriteAllTextAsync(path, watched.Trace);
            }
        }
        catch (OperationCanceledException)
        {
            verdict.Check(false, $"everything ends within {plan.Limit.TotalSeconds} s");
            verdict.Bytes(clients, watched.Accepted);
            verdict.Resets(resetting, watched.Accepted);
            verdict.Reports(watched);
        }

        verdict.End();
        foreach (Client client in (Client[])[.. clients, .. resetting])
        {
            client.Dispose();
        }

        return verdict.ExitCode;
    }

    private static async Task Serve(
        WatchedServer watched,
        Traffic traffic,
        Client[] clients,
        Client[] resetting,
        TextWriter output,
        CancellationToken limit
    )
    {
        IPEndPoint at = await watched.Start().WaitAsync(limit);
        await output.WriteLineAsync(
            $"listening on {at}; {clients.Length} clients, {clients.Count(client => traffic.Plan.IsSilent(client.Id))} of them fall silent; "
                + $"{resetting.Length} more reset their connection"
        );
        Task all = Task.WhenAll([
            .. clients.Select(client => Task.Run(() => client.Run(at), limit)),
            .. resetting.Select(client => Task.Run(() => client.RunAndReset(at), limit)),
        ]);
        await Task.WhenAny(traffic.Half, all).WaitAsync(limit);
        await watched.Stop();
        await watched.Ended.WaitAsync(limit);
        await all.WaitAsync(limit);
    }
}
