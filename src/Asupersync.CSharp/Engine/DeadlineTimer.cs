using Asupersync.Kernel;

namespace Asupersync;

/// <summary>Asks the kernel to cancel a task or region when its deadline passes; a blocked task is reached as well.</summary>
internal sealed class DeadlineTimer : ITimerTarget, IDisposable
{
    private readonly Engine _engine;
    private readonly Target _target;
    private readonly TimerNode _node;

    internal DeadlineTimer(Engine engine, Target target, long deadline)
    {
        _engine = engine;
        _target = target;
        _node = new TimerNode(this);
        engine.Scheduler.Timers.Add(_node, TimeSpan.FromTicks(Math.Max(0, deadline - engine.Now)));
    }

    void ITimerTarget.OnTimer() => _engine.Cancel(null, _target, CancelKind.Deadline, null);

    public void Dispose() => _engine.Scheduler.Timers.Remove(_node);
}
