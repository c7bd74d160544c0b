namespace Asupersync.Benchmarks;

/// <summary>
/// The least that runs async code in turns: one thread, a plain queue, pooled boxes. No cancellation, no regions, and no books unless it is
/// given some. It says what the machine allows, and with books what the kernel's steps leave of that, not what a runtime can reach.
/// </summary>
internal static class FloorLoop
{
    private static readonly Queue<FloorBox> Ready = new();

    /// <summary>Whether boxes are used again.</summary>
    internal static bool Pools { get; set; } = true;

    /// <summary>What takes the kernel's steps of all this, or null.</summary>
    internal static FloorBooks? Books { get; set; }

    /// <summary>The body whose turn it is; null for the one who runs the loop.</summary>
    internal static FloorBox? Current { get; private set; }

    internal static void Post(FloorBox box) => Ready.Enqueue(box);

    /// <summary>The task of a new body, where there are books.</summary>
    internal static long Spawn() => Books is { } books ? books.Spawn(Current?.Id ?? Family.Parent) : 0;

    /// <summary>Runs a body, and what it begins, to their end.</summary>
    internal static T Run<T>(Func<FloorWork<T>> body)
    {
        FloorWork<T> work = body();
        RunReady();
        if (!work.IsCompleted)
        {
            throw new InvalidOperationException("Nothing is left to run, and the body has not ended.");
        }

        // Nobody takes the outcome of the root.
        return work.Result;
    }

    /// <summary>Runs what is ready, and what that makes ready.</summary>
    internal static void RunReady()
    {
        while (Ready.TryDequeue(out FloorBox? box))
        {
            Current = box;
            box.Run();
        }

        Current = null;
    }
}
