namespace Asupersync;

/// <summary>
/// An awaiter of ours: it resumes the strand directly, without a delegate, a context or a hop. When it is given
/// <see cref="Strand.SuspendMark"/> instead of a continuation, it registers what the strand is suspending.
/// </summary>
internal interface IStrandAwaiter;

/// <summary>Whether an awaiter type is one of ours, as a constant for the JIT.</summary>
internal static class AwaiterKind<TAwaiter>
{
    internal static readonly bool IsOurs = typeof(IStrandAwaiter).IsAssignableFrom(typeof(TAwaiter));
}
