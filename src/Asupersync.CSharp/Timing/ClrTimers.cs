namespace Asupersync;

/// <summary>What timers of .NET can be set for.</summary>
internal static class ClrTimers
{
    /// <summary>The longest time, about 49.7 days.</summary>
    internal static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(uint.MaxValue - 1);
}
