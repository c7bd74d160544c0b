using System.Diagnostics;

namespace Asupersync.Stress;

/// <summary>
/// Programs for a process of their own, which a test starts and looks at: what one runtime uses can only be measured where nothing else
/// runs, and a process that ends cannot be the test's.
/// </summary>
internal static class Probe
{
    private static readonly TimeSpan Window = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan ForEver = TimeSpan.FromHours(1);

    /// <summary>Runs a probe. Gives the exit code of the process.</summary>
    internal static async Task<int> Run(string name, int workers) =>
        name switch
        {
            "idle" => await Idle(workers),
            "shutdown" => await Shutdown(workers),
            "stuck-abandon" => await Stuck(workers, Escalation.Abandon),
            "stuck-fail-fast" => await Stuck(workers, Escalation.FailFast),
            _ => throw new ArgumentException($"there is no probe {name}"),
        };

    /// <summary>Prints how many milliseconds of the processor an idle runtime used in a window of time: the least of five.</summary>
    private static async Task<int> Idle(int workers)
    {
        RunHandle<bool> run = await Started(workers);
        double least = double.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(Window);
            least = Math.Min(least, (Environment.CpuUsage.TotalTime - before).TotalMilliseconds);
        }

        run.Cancel();
        await run.Completion;
        await Print(least);
        return 0;
    }

    /// <summary>Prints how many milliseconds it takes from the request to the end of an idle runtime: the least of five.</summary>
    private static async Task<int> Shutdown(int workers)
    {
        double least = double.MaxValue;
        for (int i = 0; i < 5; i++)
        {
            RunHandle<bool> run = await Started(workers);
            Thread.Sleep(20);
            long began = Stopwatch.GetTimestamp();
            run.Cancel();
            await run.Completion;
            least = Math.Min(least, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        await Print(least);
        return 0;
    }

    /// <summary>A task that never gives its thread back, and a request to cancel. Exit code 3 when the run was given up.</summary>
    private static async Task<int> Stuck(int workers, Escalation escalation)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RunHandle<bool> run = AsupRuntime.Start(
            async cx =>
            {
                cx.Spawn(
                    _ =>
                    {
                        begun.SetResult();
                        Thread.Sleep(Timeout.Infinite);
                        return Work.CompletedWork;
                    },
                    new SpawnOptions { Name = "stuck" }
                );
                await cx.Sleep(ForEver);
            },
            new RuntimeOptions
            {
                Workers = workers,
                DrainBudget = TimeSpan.FromMilliseconds(50),
                Escalation = escalation,
            }
        );
        await begun.Task;
        run.Cancel();
        try
        {
            await run.Completion;
            return 0;
        }
        catch (DrainExhaustedException)
        {
            return 3;
        }
    }

    /// <summary>A runtime with tasks that wait, on all of its workers.</summary>
    private static async Task<RunHandle<bool>> Started(int workers)
    {
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        RunHandle<bool> run = AsupRuntime.Start(
            async cx =>
            {
                for (int i = 0; i < 100; i++)
                {
                    cx.Spawn(async c => await c.Sleep(ForEver));
                    await cx.Yield();
                }

                waits.SetResult();
                await cx.Sleep(ForEver);
            },
            new RuntimeOptions { Workers = workers }
        );
        await waits.Task;
        Thread.Sleep(Window);
        return run;
    }

    private static Task Print(double milliseconds) =>
        Console.Out.WriteLineAsync(milliseconds.ToString("F2", System.Globalization.CultureInfo.InvariantCulture));
}
