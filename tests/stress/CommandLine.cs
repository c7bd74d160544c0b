using System.Globalization;

namespace Asupersync.Stress;

/// <summary>What eng/stress was asked for.</summary>
internal sealed record CommandLine
{
    internal const string Usage = """
        usage: eng/stress [--seconds N] [--scenario NAME] [--workers N] [--shadow on|off] [--seed N]
               eng/stress --soak SECONDS [--seed N]

        --seconds   how long each scenario runs with each number of workers, with and without shadow mode; 5 without it
        --scenario  only this one: hand-overs, closing, cancel-storms, throws, transfers, timeouts, random
        --workers   only this number of workers; 2, 4 and 8 without it
        --shadow    only with or only without shadow mode
        --seed      the seed of the first run, the next run takes the next one; drawn without it
        --soak      all scenarios in turn for so long, with the memory in use measured in between; fails when it rises
        """;

    internal int Seconds { get; private init; } = 5;

    internal int Soak { get; private init; }

    internal ulong Seed { get; private init; } = (ulong)Random.Shared.Next();

    internal IReadOnlyList<int> Workers { get; private init; } = [2, 4, 8];

    internal IReadOnlyList<bool> Shadow { get; private init; } = [false, true];

    internal IReadOnlyList<Scenario> Scenarios { get; private init; } = Scenario.All;

    /// <summary>Reads the options; null when they are wrong.</summary>
    internal static CommandLine? Parse(string[] options)
    {
        var result = new CommandLine();
        for (int i = 0; i < options.Length; i += 2)
        {
            if (i + 1 == options.Length || result.With(options[i], options[i + 1]) is not { } next)
            {
                return null;
            }

            result = next;
        }

        return result;
    }

    private CommandLine? With(string option, string value)
    {
        if (option is "--scenario")
        {
            Scenario[] chosen = [.. Scenario.All.Where(scenario => scenario.Name == value)];
            return chosen.Length == 0 ? null : this with { Scenarios = chosen };
        }

        if (option is "--shadow")
        {
            return value is "on" or "off" ? this with { Shadow = [value == "on"] } : null;
        }

        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return null;
        }

        return option switch
        {
            "--seconds" => this with { Seconds = number },
            "--soak" when number > 0 => this with { Soak = number },
            "--workers" when number is > 0 and <= 1024 => this with { Workers = [number] },
            "--seed" => this with { Seed = (ulong)number },
            _ => null,
        };
    }
}
