using System.Globalization;
using System.Net;

namespace EchoServer;

/// <summary>The command line.</summary>
public static class Program
{
    private const string Usage = """
        usage: EchoServer --port PORT               serve on 127.0.0.1 until Ctrl-C or SIGTERM
               EchoServer --self-test [--trace FILE]  take traffic from 200 clients, get SIGTERM in the middle, lose nothing
        """;

    public static Task<int> Main(string[] arguments) => Run(arguments, Console.Out, Console.Error);

    /// <summary>Runs a command line and gives the exit code: 0 well, 1 failed, 2 not understood.</summary>
    public static async Task<int> Run(string[] arguments, TextWriter output, TextWriter errors)
    {
        switch (arguments)
        {
            case ["--port", var text] when TryPort(text, out int port):
                return await Serve(new IPEndPoint(IPAddress.Loopback, port), output, errors);
            case ["--self-test"]:
                return await SelfTest.SelfTest.Run(new SelfTest.Plan(), output);
            case ["--self-test", "--trace", var path]:
                return await SelfTest.SelfTest.Run(new SelfTest.Plan { TracePath = path }, output);
            default:
                await errors.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static async Task<int> Serve(IPEndPoint endpoint, TextWriter output, TextWriter errors)
    {
        var server = new Server(endpoint, at => output.WriteLine($"listening on {at}; Ctrl-C or SIGTERM ends"));
        Outcome<bool> outcome = await AsupRuntime.RunAsync(server.Run);
        if (outcome.IsOk)
        {
            await output.WriteLineAsync("every connection is closed");
            return 0;
        }

        await errors.WriteLineAsync(
            outcome switch
            {
                Outcome<bool>.Err(var error) => $"EchoServer: {error.Message}",
                Outcome<bool>.Cancelled(var reason) => $"EchoServer: cancelled: {reason}",
                Outcome<bool>.Panicked(var panic) => $"EchoServer: {panic}",
                _ => $"EchoServer: {outcome}",
            }
        );
        return 1;
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
}
