namespace Asupersync.Stress;

/// <summary>Thrown by scenarios on purpose.</summary>
internal sealed class PlannedException() : Exception("planned");
