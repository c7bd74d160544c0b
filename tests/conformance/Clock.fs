namespace Asupersync.Conformance.Tests

open System
open System.Threading
open System.Threading.Tasks

/// A clock that stands still while tasks run, and jumps to the next timer when the runtime has nothing else to do.
[<Sealed>]
type Clock() =
    inherit TimeProvider()

    let mutable now = 0L

    /// The runtime keeps one timer, and sets it when everything has come to rest.
    let jump (due: TimeSpan) (ring: TimerCallback) state =
        if due <> Timeout.InfiniteTimeSpan then
            Interlocked.Add(&now, due.Ticks) |> ignore
            ring.Invoke state

    override _.TimestampFrequency = TimeSpan.TicksPerSecond

    override _.GetTimestamp() = Volatile.Read &now

    override _.CreateTimer(callback, state, dueTime, _) =
        jump dueTime callback state

        { new ITimer with
            member _.Change(dueTime, _) =
                jump dueTime callback state
                true

            member _.Dispose() = ()
            member _.DisposeAsync() = ValueTask() }
