using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// Asks the kernel to cancel a task or region when its deadline passes; a blocked task is reached as well. The request is of
/// the instant at which it was due, however late the scheduler comes to it.
/// </summary>
internal sealed class DeadlineTimer : ITimerTarget, IDisposable
{
    private readonly Engine _engine;
    private readonly TimerNode _node;
    private readonly long _instant;

    internal DeadlineTimer(Engine engine, Target target, long deadline)
    {
        _engine = engine;
        Target = target;
        _node = new TimerNode(this);
        long moment = engine.TimestampOf(deadline);
        long due = engine.Scheduler.Timers.AddAt(_node, moment);
        _instant = due == moment ? deadline : engine.TimeOf(due);
    }

    /// <summary>Whose deadline it is.</summary>
    internal Target Target { get; }

    void ITimerTarget.OnTimer() => _engine.Expire(Target, _instant);

    public void Dispose() => _engine.Scheduler.Timers.Remove(_node);
}
