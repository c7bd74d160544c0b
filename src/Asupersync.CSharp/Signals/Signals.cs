namespace Asupersync;

/// <summary>Signals of the operating system, as far as a task may see them. From <see cref="Cx.Signals"/>.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage(
    "Performance",
    "CA1815",
    Justification = "A part of a context; it is used, not compared."
)]
public readonly struct Signals
{
    private readonly Cx _cx;

    internal Signals(Cx cx) => _cx = cx;

    /// <summary>
    /// Waits until somebody asks the process to end, by SIGINT (Ctrl-C) or SIGTERM. From the first call to the end of the run these signals
    /// no longer kill the process: one that comes while nobody waits is kept for the next call, later ones with it. All waiting tasks get the
    /// same signal. SIGQUIT and SIGHUP keep their meaning, so that Ctrl-\ still ends a process whose drain hangs. A checkpoint; waiting for a
    /// signal is no deadlock. A SIGINT that the process was started to ignore (<c>nohup</c>, a script's background job) stays ignored.
    /// </summary>
    /// <returns>The signal.</returns>
    /// <exception cref="CancelledException">A request to cancel was pending, or came while it waited.</exception>
    public async Work<ShutdownSignal> Shutdown()
    {
        TaskCell cell = _cx.Pass(Capabilities.Signals);
        SignalDesk desk = cell.Engine.Signals;
        if (desk.TryTake(out ShutdownSignal kept))
        {
            return kept;
        }

        cell.WaitsFor = "waits for a signal to shut down";
        try
        {
            return await desk.Wait(cell);
        }
        finally
        {
            cell.WaitsFor = null;
        }
    }
}
