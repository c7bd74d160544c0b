using System.Net;

namespace EchoServer;

/// <summary>Echoes what it reads. On a signal it accepts no more, echoes what it has read, and closes without a reset.</summary>
public sealed class Server(IPEndPoint endpoint, Action<IPEndPoint> listening, Action<TcpStream, int>? accepted = null)
{
    public static readonly TimeSpan DrainBudget = TimeSpan.FromSeconds(10);

    public Work Run(Cx cx) => cx.OpenRegion(Serve, new RegionOptions { Name = "server", DrainBudget = DrainBudget });

    private async Work Serve(Cx cx)
    {
        using Listener listener = cx.Net.Listen(endpoint);
        listening(listener.LocalEndPoint);
        cx.Spawn(cx => AcceptAll(cx, listener));
        cx.Region.Cancel($"signal {await cx.Signals.Shutdown()}", CancelKind.Shutdown);
    }

    private async Work AcceptAll(Cx cx, Listener listener)
    {
        while (true)
            (await listener.Accept(cx)).HandOver(cx, Echo);
    }

    private async Work Echo(Cx cx, TcpStream client)
    {
        byte[] buffer = new byte[16 * 1024];
        int held = 0; // Accepted and not yet echoed.
        try
        {
            while ((held = await client.Read(cx, buffer)) > 0)
            {
                accepted?.Invoke(client, held);
                await cx.Mask(1, cx => client.Write(cx, buffer.AsMemory(0, held)));
                held = 0;
            }
        }
        catch (NetworkException) { } // A client that resets its connection concerns nobody else.
        catch (CancelledException)
        {
            await client.Write(cx, buffer.AsMemory(0, held));
            await client.Close(cx, patience: DrainBudget / 2);
            throw;
        }
    }
}
