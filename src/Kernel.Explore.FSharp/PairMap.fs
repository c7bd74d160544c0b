namespace Asupersync.Kernel.Explore

/// From pairs of numbers to numbers: open addressing, since this is asked several times for every step.
[<Sealed>]
type internal PairMap() =

    let mutable mask = 0xFFF
    let mutable keys: uint64[] = Array.zeroCreate (mask + 1)
    let mutable values: int[] = Array.zeroCreate (mask + 1)
    let mutable count = 0

    // Neither number of a pair is negative, and the second is never 0, so that 0 can mark a free slot.
    static let pair (first: int) (second: int) = (uint64 first <<< 32) ||| uint64 second

    let slotOf (key: uint64) =
        let mutable slot = int ((key * 0x9E3779B97F4A7C15UL) >>> 32) &&& mask

        while keys[slot] <> 0UL && keys[slot] <> key do
            slot <- (slot + 1) &&& mask

        slot

    let put key value =
        let slot = slotOf key
        keys[slot] <- key
        values[slot] <- value

    /// How many pairs there are.
    member _.Count = count

    /// The number of a pair; false when there is none.
    member _.TryFind(first: int, second: int, value: byref<int>) : bool =
        let key = pair first second
        let slot = slotOf key
        value <- values[slot]
        keys[slot] = key

    /// Adds a pair that is not there.
    member _.Add(first: int, second: int, value: int) =
        if count * 2 > mask then
            let oldKeys, oldValues = keys, values
            mask <- (mask <<< 1) ||| 1
            keys <- Array.zeroCreate (mask + 1)
            values <- Array.zeroCreate (mask + 1)

            for index in 0 .. oldKeys.Length - 1 do
                if oldKeys[index] <> 0UL then
                    put oldKeys[index] oldValues[index]

        put (pair first second) value
        count <- count + 1
