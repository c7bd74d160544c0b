namespace Asupersync.Kernel.Explore

open System.Collections.Concurrent
open System.Collections.Generic
open System.Threading
open Asupersync.Kernel

/// How a census is taken. No choice changes what is counted; tests make them to see that.
[<NoEquality; NoComparison>]
type CensusOptions =
    {
        /// Where the search may go. When the bounds let a premise go, so do the rules.
        Bounds: Bounds
        /// Number of states after which to give up.
        Limit: int
        /// Threads that search.
        Threads: int
        /// Records at most that a step may read for it to be kept (see StepMemo).
        MemoDepth: int
        /// From the fingerprint of a state to the one that the table uses.
        Hash: uint64 -> uint64
    }

/// What the threads of a census share.
[<Sealed>]
type internal CensusShared(options: CensusOptions, dropped: Premise) =

    let packing = Packing options.Bounds
    let table = StateTable(packing.Width, options.Limit)

    let barrier =
        new Barrier(
            options.Threads,
            fun _ ->
                while table.IsFull do
                    table.Grow()
        )

    let mutable unfinished = 0
    let mutable idle = 0
    let mutable stopped = 0

    member _.Options = options
    member _.Dropped = dropped
    member _.Packing = packing
    member _.Table = table

    /// Ranges of states, from and to, that were found and not expanded.
    member val Ranges = ConcurrentQueue<struct (int * int)>()

    /// Where the threads meet while the table grows.
    member _.Barrier = barrier

    /// Ranges that were begun and whose states are not all expanded. Without any there is nothing left to find.
    member _.Unfinished = Volatile.Read &unfinished

    member _.BeginRange() =
        Interlocked.Increment &unfinished |> ignore

    member _.EndRange() =
        Interlocked.Decrement &unfinished |> ignore

    /// Threads that wait for a range.
    member _.Idle = Volatile.Read &idle
    member _.BeginIdle() = Interlocked.Increment &idle |> ignore
    member _.EndIdle() = Interlocked.Decrement &idle |> ignore

    /// True when the search is given up.
    member _.IsStopped = Volatile.Read &stopped = 1
    member _.Stop() = Volatile.Write(&stopped, 1)

/// One thread of a census. Threads hand each other ranges of states, oldest first, with no barrier between the levels. A
/// state may so be found on a longer way first; when a shorter one turns up, its level is lowered, and the levels of what
/// follows it. Steps are counted when a state is expanded for the first time.
[<Sealed>]
type internal Counter(shared: CensusShared) =

    let options = shared.Options
    let table = shared.Table
    let memo = StepMemo(options.Bounds, shared.Packing, shared.Dropped, options.MemoDepth)
    let counts: int64[] = Array.zeroCreate 64
    let lowered = Stack<int>()
    let owned = List<struct (int * int)>()
    let isFaulty = shared.Dropped <> Premise.None
    let rangeLength = 128
    let mutable chunkStart = 0
    let mutable unused = 0
    let mutable chunkEnd = 0
    let mutable rangeStart = -1
    let mutable level = 0

    let handOver () =
        table.Publish(unused - rangeStart)
        shared.Ranges.Enqueue(struct (rangeStart, unused))
        rangeStart <- -1

    let arrive () =
        if unused = chunkEnd then
            owned.Add(struct (chunkStart, unused))
            chunkStart <- table.NewChunk()
            unused <- chunkStart
            chunkEnd <- chunkStart + StateTable.ChunkSize

        let number = table.Put(memo.Next, options.Hash memo.NextHash, level + 1, unused)

        if number = unused then
            if rangeStart < 0 then
                rangeStart <- number
                shared.BeginRange()

            unused <- unused + 1

            if unused - rangeStart = rangeLength || unused = chunkEnd then
                handOver ()
        elif table.Lower(number, level + 1) then
            lowered.Push number

    let count (action: Action) =
        counts[int action.Rule] <- counts[int action.Rule] + 1L
        arrive ()

    let lower (_: Action) = arrive ()

    let expand number (taken: Action -> unit) =
        table.Read(number, memo.Vector)

        if not (isFaulty && Explorer.isTorn (shared.Packing.Unpack memo.Vector)) then
            memo.Expand taken

    let meet () =
        if table.IsFull then
            shared.Barrier.SignalAndWait()

    let expandRange first last =
        let mutable number = first

        while number < last && not shared.IsStopped do
            meet ()

            if table.IsOver then
                shared.Stop()
            else
                level <- table.BeginExpanding number
                expand number count

                while lowered.Count > 0 do
                    let again = lowered.Pop()
                    level <- table.Level again
                    expand again lower

                if rangeStart >= 0 && shared.Idle > 0 && shared.Ranges.IsEmpty then
                    handOver ()

                number <- number + 1

        shared.EndRange()

    let wait () =
        let mutable spin = SpinWait()
        shared.BeginIdle()

        while shared.Ranges.IsEmpty && shared.Unfinished > 0 && not shared.IsStopped do
            meet ()
            spin.SpinOnce()

        shared.EndIdle()

    /// Steps by rule.
    member _.Counts = counts

    /// States that this thread found, from and to.
    member _.Owned =
        seq {
            yield! owned
            struct (chunkStart, unused)
        }

    /// Puts the initial state.
    member _.Start() =
        shared.Packing.Pack(Bounds.initial options.Bounds, memo.Next)
        memo.TakeHashOfNext()
        arrive ()
        handOver ()

    /// Searches until nothing is left or the search is given up.
    member _.Run() =
        try
            while shared.Unfinished > 0 && not shared.IsStopped do
                match shared.Ranges.TryDequeue() with
                | true, struct (first, last) -> expandRange first last
                | false, _ when rangeStart >= 0 -> handOver ()
                | false, _ -> wait ()

            if rangeStart >= 0 then
                handOver ()
        finally
            // A thread that fails must not keep the others waiting. At the end there is nothing left to give up.
            shared.Stop()
            shared.Barrier.RemoveParticipant()
