using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// Asks the kernel to cancel a task or region when its deadline passes; a blocked task is reached as well. The request is of
/// the instant at which it was due, however late the scheduler comes to it.
/// </summary>
internal sealed class DeadlineTimer : ITimerTarget, IDisposable
{
    private readonly Engine _engine;
    private readonly long _deadline;
    private readonly long _moment;
    private readonly PendingTimer _timer;

    internal DeadlineTimer(Engine engine, Target target, long deadline)
    {
        _engine = engine;
        Target = target;
        _deadline = deadline;
        _moment = engine.TimestampOf(deadline);
        _timer = engine.Scheduler.Timers.AddAt(this, _moment);
    }

    /// <summary>Whose deadline it is.</summary>
    internal Target Target { get; }

    void ITimerTarget.OnTimer(int ticket, long due) =>
        _engine.Expire(Target, due == _moment ? _deadline : _engine.TimeOf(due));

    public void Dispose() => _timer.Disarm();
}
