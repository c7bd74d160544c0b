namespace EchoServer.SelfTest;

/// <summary>The bytes of a client: at every place in the stream one that follows from client and place.</summary>
internal static class Pattern
{
    internal static void Fill(Span<byte> bytes, int client, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = At(client, offset + i);
        }
    }

    /// <summary>The first place that differs, or -1.</summary>
    internal static long Mismatch(ReadOnlySpan<byte> bytes, int client, long offset)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != At(client, offset + i))
            {
                return offset + i;
            }
        }

        return -1;
    }

    private static byte At(int client, long place) => (byte)((client * 31) + (place * 7) + ((place >> 8) * 13));
}
