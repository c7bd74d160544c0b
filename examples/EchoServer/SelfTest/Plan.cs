namespace EchoServer.SelfTest;

/// <summary>How much traffic a self-test makes.</summary>
public sealed record Plan
{
    /// <summary>Clients whose every byte is accounted for.</summary>
    public int Clients { get; init; } = 200;

    /// <summary>Further clients that reset their connection in the middle of the traffic.</summary>
    public int ResettingClients { get; init; } = 10;

    /// <summary>Every so-manieth client falls silent after a few messages and waits for the server to close.</summary>
    public int SilentEvery { get; init; } = 10;

    /// <summary>Messages a client sends, unless the server closes before.</summary>
    public int Messages { get; init; } = 60;

    /// <summary>Bytes of the longest message.</summary>
    public int LongestMessage { get; init; } = 8 * 1024;

    /// <summary>Bytes that a client may have on the way, sent and not yet echoed.</summary>
    public int Window { get; init; } = 32 * 1024;

    /// <summary>After which the test counts as hanging.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Where to keep the recorded trace; null keeps it nowhere.</summary>
    public string? TracePath { get; init; }

    /// <summary>The length of a client's message: varied, and the same in every run.</summary>
    internal int MessageLength(int client, int message) =>
        1 + (int)((uint)((client * 7919) + (message * 104729) + (client * message * 31)) % (uint)LongestMessage);

    /// <summary>Whether a client keeps its connection open when it has no more to send.</summary>
    internal bool IsSilent(int client) => client % SilentEvery == SilentEvery - 1;

    internal int MessagesOf(int client) => IsSilent(client) ? 1 + (client / SilentEvery % 3) : Messages;

    /// <summary>All bytes that a client sends when nothing stops it.</summary>
    internal long BytesOf(int client) =>
        Enumerable.Range(0, MessagesOf(client)).Sum(message => (long)MessageLength(client, message));
}
