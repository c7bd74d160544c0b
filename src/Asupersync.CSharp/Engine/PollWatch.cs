namespace Asupersync;

/// <summary>
/// Looks from outside of the workers, in real time, whether one poll takes longer than it may, and reports it once: while it goes on, all
/// else that only its worker could do waits.
/// </summary>
internal sealed class PollWatch : IDisposable
{
    private readonly Engine _engine;
    private readonly TimeSpan _budget;
    private readonly (Strand? Strand, long Polls, bool Told)[] _seen;
    private readonly ITimer _timer;

    internal PollWatch(Engine engine, TimeSpan budget)
    {
        _engine = engine;
        _budget = budget;
        _seen = new (Strand?, long, bool)[engine.Scheduler.Workers.Length];
        _timer = TimeProvider.System.CreateTimer(static watch => ((PollWatch)watch!).Look(), this, budget, budget);
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        lock (_seen)
        {
            foreach (Worker worker in _engine.Scheduler.Workers)
            {
                ref (Strand? Strand, long Polls, bool Told) seen = ref _seen[worker.Index];
                Strand? strand = worker.Polling;
                long polls = worker.Polls;
                if (strand is null || strand != seen.Strand || polls != seen.Polls)
                {
                    seen = (strand, polls, false);
                }
                else if (!seen.Told && strand is TaskCell task)
                {
                    seen.Told = true;
                    Tell(task);
                }
            }
        }
    }

    private void Tell(TaskCell task)
    {
        TaskReport report = _engine.Describe(task) with { Waiting = "running without a pause" };
        _engine.Tell(
            new RuntimeReport(
                "ASUP2119",
                $"{task} has been polled without a pause for longer than the poll budget of {_budget.TotalMilliseconds:F0} ms: {report}. Let it "
                    + "await something, or hand synchronous code to RunBlocking.",
                [report]
            )
        );
    }
}
