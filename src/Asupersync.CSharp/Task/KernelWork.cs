namespace Asupersync;

/// <summary>Work that waits for another task or for a region: the kernel says when the wait is over.</summary>
internal abstract class KernelWork<TResult> : StepWork<TResult>
{
    /// <inheritdoc/>
    internal sealed override void EndByKernel()
    {
        // With several workers the task hears it in a poll of its own, and what waits runs next in that.
        if (_strand!.Concurrent)
        {
            _strand.ResumeHot(this);
        }
        else
        {
            _strand.AddReady(this);
        }
    }
}
