namespace Asupersync;

/// <summary>Which signal asked the process to end.</summary>
public enum ShutdownSignal
{
    /// <summary>SIGINT: Ctrl-C.</summary>
    Interrupt,

    /// <summary>SIGTERM: a service manager, container runtime or operator; on Windows the end of the session.</summary>
    Terminate,
}
