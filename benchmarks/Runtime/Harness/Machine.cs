using System.Diagnostics;
using System.Globalization;

namespace Asupersync.Benchmarks;

/// <summary>How busy the machine is with other work, as far as the system tells.</summary>
internal sealed class Machine
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly double _own = OwnSeconds();
    private readonly double? _busy = BusySeconds();

    /// <summary>The share of all cores that others took since this object was made.</summary>
    internal string Others()
    {
        if (_busy is not { } before || BusySeconds() is not { } now)
        {
            return "unknown";
        }

        double own = OwnSeconds() - _own;
        double all = Stopwatch.GetElapsedTime(_started).TotalSeconds * Cores();
        double share = Math.Max(0, now - before - own) / all;
        return share.ToString("P0", CultureInfo.InvariantCulture);
    }

    /// <summary>Seconds of processor time of this process and of those that it started and that have ended.</summary>
    internal static double OwnSeconds()
    {
        double children = 0;
        if (File.Exists("/proc/self/stat"))
        {
            // The name, in parentheses, may hold anything; user and system time of children are the 14th and 15th field after it.
            string text = File.ReadAllText("/proc/self/stat");
            string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            children =
                (
                    long.Parse(fields[13], CultureInfo.InvariantCulture)
                    + long.Parse(fields[14], CultureInfo.InvariantCulture)
                ) / 100.0;
        }

        return Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds + children;
    }

    /// <summary>The processor's name, where the system tells.</summary>
    internal static string Processor()
    {
        const string Info = "/proc/cpuinfo";
        string? line = File.Exists(Info)
            ? File.ReadLines(Info).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            : null;
        return line is null ? "unknown" : line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
    }

    /// <summary>All cores of the machine, of which this process may see fewer.</summary>
    private static int Cores() =>
        File.ReadLines("/proc/stat").Count(line => line.StartsWith("cpu", StringComparison.Ordinal)) - 1;

    /// <summary>Seconds of processor time that all processes together have had, from the first line of /proc/stat.</summary>
    private static double? BusySeconds()
    {
        if (!File.Exists("/proc/stat"))
        {
            return null;
        }

        string[] fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        long[] ticks = [.. fields.Skip(1).Select(field => long.Parse(field, CultureInfo.InvariantCulture))];
        // user, nice, system, irq, softirq and steal; idle and iowait are the rest.
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6] + ticks[7]) / 100.0;
    }
}
