namespace Asupersync.Benchmarks;

/// <summary>One side of a comparison: runs a round and says what an operation of it cost.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Run">The round. It checks its own result.</param>
internal sealed record Side(string Name, Func<Task<Sample>> Run);

/// <summary>The same work by the runtime and by what people use without it.</summary>
/// <param name="Name">What is done.</param>
/// <param name="Unit">What is compared.</param>
/// <param name="AtMost">The highest ratio that is good enough; null where none is set.</param>
/// <param name="Stretch">The ratio that would please.</param>
/// <param name="Ours">The runtime's side.</param>
/// <param name="Incumbent">The other side; null where there is none.</param>
internal sealed record Scenario(string Name, string Unit, double? AtMost, double? Stretch, Side Ours, Side? Incumbent)
{
    /// <summary>The least that the machine allows for it; null where nobody has tried.</summary>
    internal Side? Floor { get; init; }

    /// <summary>The same with the kernel's steps of it: the least for a runtime that takes its steps by the kernel's rules.</summary>
    internal Side? Booked { get; init; }

    /// <summary>Rounds are repeated less often where one takes seconds.</summary>
    internal bool Slow { get; init; }

    /// <summary>It says nothing with several workers: its moments are told by the order of one worker's turns, or it has no worker at all.</summary>
    internal bool OneWorker { get; init; }

    /// <summary>It is about several workers.</summary>
    internal bool SeveralWorkers { get; init; }
}
