using Asupersync.Kernel;

namespace Asupersync;

internal sealed class TraceWriter(TextWriter writer)
{
    internal void Begin(Limits limits, Policy policy, Budget budget) => writer.WriteLine("begin");

    internal void Write(Kernel.Action action, long at, List<Consequence> consequences, ulong fingerprint) =>
        writer.WriteLine($"{action} {string.Join(',', consequences)} {fingerprint:x}");

    internal void Flush() => writer.Flush();
}
