using System.Globalization;

namespace Asupersync.Stress;

/// <summary>eng/stress.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (args is ["probe", var name, var workers])
        {
            return await Probe.Run(name, int.Parse(workers, CultureInfo.InvariantCulture));
        }

        if (CommandLine.Parse(args) is not { } asked)
        {
            await Console.Error.WriteLineAsync(CommandLine.Usage);
            return 2;
        }

        Console.WriteLine($"seed {asked.Seed}");
        try
        {
            int runs =
                asked.Soak > 0
                    ? await Soak.Run(TimeSpan.FromSeconds(asked.Soak), new Load(asked.Seed, 2, false), Console.Out)
                    : await RunAll(asked);
            Console.WriteLine($"{runs} runs passed");
            return 0;
        }
        catch (StressFailure failure)
        {
            Console.WriteLine(failure.Message);
            return 1;
        }
    }

    private static async Task<int> RunAll(CommandLine asked)
    {
        int runs = 0;
        foreach (Scenario scenario in asked.Scenarios)
        {
            foreach (int workers in asked.Workers)
            {
                foreach (bool shadow in asked.Shadow)
                {
                    var load = new Load(asked.Seed, workers, shadow);
                    int some = await scenario.RunFor(load, TimeSpan.FromSeconds(asked.Seconds));
                    Console.WriteLine($"{scenario.Name}: {some} runs passed, {load}");
                    runs += some;
                }
            }
        }

        return runs;
    }
}
