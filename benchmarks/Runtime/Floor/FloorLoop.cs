namespace Asupersync.Benchmarks;

/// <summary>
/// The least that runs async code in turns: one thread, a plain queue, pooled boxes. No cancellation, no regions, no books. It says what the
/// machine allows, not what a runtime can reach.
/// </summary>
internal static class FloorLoop
{
    private static readonly Queue<FloorBox> Ready = new();

    /// <summary>Whether boxes are used again.</summary>
    internal static bool Pools { get; set; } = true;

    internal static void Post(FloorBox box) => Ready.Enqueue(box);

    /// <summary>Runs a body, and what it begins, to their end.</summary>
    internal static T Run<T>(Func<FloorWork<T>> body)
    {
        FloorWork<T> work = body();
        while (Ready.TryDequeue(out FloorBox? box))
        {
            box.MoveNext();
        }

        if (!work.GetAwaiter().IsCompleted)
        {
            throw new InvalidOperationException("Nothing is left to run, and the body has not ended.");
        }

        return work.GetAwaiter().GetResult();
    }
}
