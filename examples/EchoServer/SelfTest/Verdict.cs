namespace EchoServer.SelfTest;

/// <summary>What came out of a self-test: prints it, and says whether all is well.</summary>
internal sealed class Verdict(TextWriter output)
{
    private const int Columns = 5;
    private bool _failed;

    internal int ExitCode => _failed ? 1 : 0;

    internal void Check(bool good, string what)
    {
        _failed |= !good;
        output.WriteLine($"{(good ? "ok  " : "FAIL")} {what}");
    }

    /// <summary>Accepted and echoed bytes of every client, several to a line.</summary>
    internal void Table(IReadOnlyList<Client> clients, Func<Client, long> accepted)
    {
        output.WriteLine("client: bytes accepted by the server = bytes the client got back");
        foreach (Client[] row in clients.Chunk(Columns))
        {
            output.WriteLine(string.Concat(row.Select(client => Cell(client, accepted(client)))));
        }

        output.WriteLine();
    }

    internal void Bytes(IReadOnlyList<Client> clients, Func<Client, long> accepted)
    {
        foreach (Client client in clients.Where(client => client.Problem is not null))
        {
            Check(false, $"client {client.Id}: {client.Problem}");
        }

        int equal = clients.Count(client => accepted(client) == client.Received);
        int prefix = clients.Count(client => client.Problem is null && client.Received <= client.Sent);
        int served = clients.Count(client => client.Received > 0);
        long sent = clients.Sum(client => client.Sent);
        Check(
            equal == clients.Count,
            $"{equal} of {clients.Count} clients got back exactly what was accepted: "
                + $"{clients.Sum(client => client.Received):N0} of {clients.Sum(accepted):N0} bytes, of {sent:N0} sent"
        );
        Check(
            prefix == clients.Count,
            $"{prefix} of {clients.Count} clients got a prefix of what they sent, byte for byte"
        );
        Check(served == clients.Count, $"{served} of {clients.Count} clients were served");
    }

    internal void Resets(IReadOnlyList<Client> clients, Func<Client, long> accepted)
    {
        int served = clients.Count(client => client.Problem is null && accepted(client) > 0);
        Check(
            served == clients.Count,
            $"{served} of {clients.Count} further clients reset their connection in the middle, {clients.Sum(accepted):N0} bytes being accepted"
        );
    }

    internal void Run(WatchedServer server)
    {
        RunSummary summary = server.Summary!;
        TimeSpan budget = Server.DrainBudget;
        Check(
            server.Quiescence <= budget,
            $"time to quiescence: {server.Quiescence.TotalMilliseconds:F1} ms after {server.Signal}, of a drain budget of {budget.TotalMilliseconds} ms"
        );
        Check(
            server.Ended.Result.Severity == (Terminate.IsSupported ? Severity.Ok : Severity.Cancelled),
            $"the server ended {server.Ended.Result.Severity}"
        );
        Check(summary.OpenObligations == 0, $"open obligations: {summary.OpenObligations} of {summary.Obligations:N0}");
        Check(summary.Leaks == 0, $"leaks: {summary.Leaks}");
        Reports(server);
        output.WriteLine(
            $"     {summary.Tasks:N0} tasks, {summary.Polls:N0} polls, {summary.ForeignAwaits.Sum(type => type.Value)} awaits of anything but the runtime's own"
        );
    }

    internal void Reports(WatchedServer server)
    {
        Check(server.Reports.Count == 0, $"reports of the runtime: {server.Reports.Count}");
        foreach (RuntimeReport report in server.Reports)
        {
            output.WriteLine($"     {report.Code}: {report.Message}");
        }
    }

    internal void Trace(Replay replay, RunSummary summary)
    {
        output.WriteLine();
        output.WriteLine("the regions as they closed, with the outcomes of their tasks:");
        foreach (string line in replay.RegionTree())
        {
            output.WriteLine($"  {line}");
        }

        output.WriteLine($"obligations: {replay.Obligations}");
        output.WriteLine();
        Check(
            replay.Problem is null,
            $"the pure kernel replays the recorded trace: {replay.Problem ?? $"{replay.Labels:N0} labels, all accepted"}"
        );
        Check(
            replay.Fingerprint == summary.Fingerprint,
            $"final state of the replay {replay.Fingerprint:x16}, of the run {summary.Fingerprint:x16}"
        );
    }

    internal void End()
    {
        output.WriteLine();
        output.WriteLine(_failed ? "self-test FAILED" : "self-test passed");
    }

    private static string Cell(Client client, long accepted) =>
        $"{client.Id, 4}: {accepted, 7} {(accepted == client.Received ? "=" : "≠")} {client.Received, -7}";
}
