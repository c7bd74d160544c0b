using System.Runtime.InteropServices;

namespace Asupersync;

/// <summary>A number that many threads write, on cache lines of its own: what stands beside it is read all the time.</summary>
[StructLayout(LayoutKind.Explicit, Size = 136)]
internal struct PaddedLong
{
    [FieldOffset(64)]
    internal long Value;
}
