namespace Asupersync;

/// <summary>Errors of use of the execution layer, each with a stable code at the start of its text.</summary>
internal static class ExecutionErrors
{
    internal static AsupersyncException AwaitedTwice() =>
        new(
            "ASUP2001",
            "This Work was already awaited or started. A Work runs once and is awaited once; call the method again to run it "
                + "again."
        );

    internal static AsupersyncException NoStrand() =>
        new(
            "ASUP2002",
            "A Work can only run inside a task of the runtime. This code runs outside of one: it was never started by the "
                + "runtime, it was moved to another thread (Task.Run), or it left its task after ConfigureAwait(false) in a helper "
                + "that returns Task."
        );

    internal static AsupersyncException NotFinished() =>
        new(
            "ASUP2003",
            "The result of a Work was read before the Work finished. A Work cannot be waited for by blocking; await it."
        );

    internal static AsupersyncException OtherStrand() =>
        new("ASUP2004", "This Work waits on behalf of another task of the runtime and can only be awaited there.");

    internal static NotSupportedException BlockingSend() =>
        new(
            "ASUP2005: SynchronizationContext.Send from another thread would block until the task is polled. Use Post."
        );

    internal static AsupersyncException SourceInUse() =>
        new("ASUP2006", "A wait source serves one wait at a time, and this one is in use.");
}
