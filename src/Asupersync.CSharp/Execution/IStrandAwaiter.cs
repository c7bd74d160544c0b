namespace Asupersync;

/// <summary>An awaiter of ours: it resumes the strand directly, without a delegate, a context or a hop.</summary>
internal interface IStrandAwaiter
{
    /// <summary>Registers what to run once the awaited thing is there; called on the strand only.</summary>
    void Suspend(StrandItem continuation);
}
