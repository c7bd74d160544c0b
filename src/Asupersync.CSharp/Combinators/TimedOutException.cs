namespace Asupersync;

/// <summary>
/// The time of a <see cref="Cx.Within{T}"/> was over before its body had ended. By the time this is thrown the body has drained.
/// </summary>
public sealed class TimedOutException : TimeoutException
{
    internal TimedOutException(TimeSpan time, Exception? inner)
        : base($"ASUP2201: the body did not end within {time}.", inner) => Time = time;

    /// <summary>The stable code. docs/errors.md lists them.</summary>
    public string Code => "ASUP2201";

    /// <summary>The time that was given.</summary>
    public TimeSpan Time { get; }
}
