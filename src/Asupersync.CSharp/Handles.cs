namespace Asupersync;

/// <summary>What handles that are values have in common.</summary>
internal static class Handles
{
    /// <summary>An empty handle was used.</summary>
    internal static CapabilityException Empty(string type) =>
        new("ASUP3005", $"This {type} is empty (default). Use the one that the runtime returned.");
}
