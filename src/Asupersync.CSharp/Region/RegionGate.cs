using System.Runtime.InteropServices;

namespace Asupersync;

/// <summary>
/// What several workers write in turn of a region that has tasks on all of them: its gate, and what is counted behind it. On cache lines of
/// its own, since everybody reads what stands in the region's cell.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 136)]
internal sealed class RegionGate
{
    [FieldOffset(56)]
    private SpinGate _gate;

    /// <summary>Tasks the region ever had.</summary>
    [FieldOffset(64)]
    internal long TasksAdded;

    internal void Enter() => _gate.Enter();

    internal void Exit() => _gate.Exit();
}
