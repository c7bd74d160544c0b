namespace Asupersync.Kernel.Explore

open System.Collections.Generic
open System.Threading

/// The packed states that several threads have found, each once, and the level of each. Open addressing over one array of
/// 64-bit slots, 32 bits of the fingerprint beside the number of the state; a slot is taken by compare-and-swap. What a slot
/// points at is always compared in full, links included, so that fingerprints decide where to look and never what is equal.
[<Sealed>]
type internal StateTable(width: int, limit: int) =

    // States lie one after another in chunks: twice the level, plus 1 once expanded, then the numbers.
    static let chunkBits = 12
    static let chunkMask = (1 <<< chunkBits) - 1

    let stride = width + 1
    let chunks = List<int[]>()
    let mutable chunkArray: int[][] = Array.zeroCreate 16
    let mutable slots: uint64[] = Array.zeroCreate (1 <<< 16)
    let mutable shift = 32 - 16
    let mutable published = 0

    let tagOf (hash: uint64) =
        uint32 ((hash * 0x9E3779B97F4A7C15UL) >>> 32)

    let sameState (chunk: int[]) offset (vector: int[]) =
        let mutable index = 0

        while index < vector.Length && chunk[offset + 1 + index] = vector[index] do
            index <- index + 1

        index = vector.Length

    /// States on a chunk.
    static member ChunkSize = chunkMask + 1

    /// The chunk of a state.
    member _.Chunk(number: int) = chunkArray[number >>> chunkBits]

    /// Where in its chunk a state begins.
    member _.Offset(number: int) = (number &&& chunkMask) * stride

    /// Numbers for as many states as a chunk holds: the first one.
    member _.NewChunk() : int =
        lock chunks (fun () ->
            if chunks.Count = chunkArray.Length then
                let longer = Array.zeroCreate (2 * chunkArray.Length)
                System.Array.Copy(chunkArray, longer, chunkArray.Length)
                Volatile.Write(&chunkArray, longer)

            let chunk = Array.zeroCreate ((chunkMask + 1) * stride)
            chunkArray[chunks.Count] <- chunk
            chunks.Add chunk
            (chunks.Count - 1) <<< chunkBits)

    /// Puts a state at an unused number, or finds the number it has. The one that comes back is the unused one when the state
    /// is new.
    member this.Put(vector: int[], hash: uint64, level: int, unused: int) : int =
        let tag = tagOf hash
        let mask = slots.Length - 1
        let mutable slot = int (tag >>> shift)
        let mutable written = false
        let mutable found = -1

        while found < 0 do
            let content = Volatile.Read &slots[slot]

            if content = 0UL then
                if not written then
                    let chunk = this.Chunk unused
                    let offset = this.Offset unused
                    chunk[offset] <- 2 * level
                    System.Array.Copy(vector, 0, chunk, offset + 1, vector.Length)
                    written <- true

                let mine = (uint64 tag <<< 32) ||| uint64 (unused + 1)

                // Whoever came first here may have put the same state: then the slot is looked at again.
                if Interlocked.CompareExchange(&slots[slot], mine, 0UL) = 0UL then
                    found <- unused
            else
                let number = int (uint32 content) - 1

                if
                    uint32 (content >>> 32) = tag
                    && sameState (this.Chunk number) (this.Offset number) vector
                then
                    found <- number
                else
                    slot <- (slot + 1) &&& mask

        found

    /// Marks a state as expanded and gives its level.
    member this.BeginExpanding(number: int) : int =
        Interlocked.Or(&(this.Chunk number)[this.Offset number], 1) >>> 1

    /// The level of a state.
    member this.Level(number: int) : int =
        Volatile.Read(&(this.Chunk number)[this.Offset number]) >>> 1

    /// Lowers the level of a state, if this is lower. True when it was lowered after the state had been expanded, so that what
    /// follows it has to be lowered, too.
    member this.Lower(number: int, level: int) : bool =
        let chunk = this.Chunk number
        let offset = this.Offset number
        let mutable seen = Volatile.Read &chunk[offset]
        let mutable again = false

        while level < (seen >>> 1) do
            let lowered = (2 * level) ||| (seen &&& 1)
            let before = Interlocked.CompareExchange(&chunk[offset], lowered, seen)

            if before = seen then
                again <- (seen &&& 1) = 1
                seen <- lowered
            else
                seen <- before

        again

    /// Copies the numbers of a state.
    member this.Read(number: int, vector: int[]) =
        System.Array.Copy(this.Chunk number, this.Offset number + 1, vector, 0, vector.Length)

    /// Adds to the number of states that the table knows of. Threads tell it now and then.
    member _.Publish(states: int) =
        Interlocked.Add(&published, states) |> ignore

    /// How many states were published.
    member _.Published = Volatile.Read &published

    /// True when more states were published than may be found.
    member this.IsOver = this.Published > limit

    /// True when the slots should be doubled before more states are put.
    member this.IsFull = this.Published > slots.Length / 2

    /// Doubles the slots. No other thread may use the table meanwhile.
    member _.Grow() =
        let larger: uint64[] = Array.zeroCreate (2 * slots.Length)
        shift <- shift - 1

        for content in slots do
            if content <> 0UL then
                let mutable slot = int ((uint32 (content >>> 32)) >>> shift)

                while larger[slot] <> 0UL do
                    slot <- (slot + 1) &&& (larger.Length - 1)

                larger[slot] <- content

        slots <- larger

    /// Bytes that the table holds.
    member _.Bytes =
        int64 slots.Length * 8L
        + int64 chunks.Count * int64 ((chunkMask + 1) * stride * 4)
