namespace Asupersync.Kernel.Explore

/// From the 64-bit fingerprints of states to their numbers, 0, 1, 2 ...: open addressing over two arrays, since a general
/// dictionary costs several times the memory and time, and this is what a search does most.
[<Sealed>]
type internal FingerprintTable() =

    let mutable mask = 0xFFFF
    let mutable keys: uint64[] = Array.zeroCreate (mask + 1)
    let mutable numbers: int[] = Array.zeroCreate (mask + 1)
    let mutable count = 0

    // Fingerprints are sums of mixed hashes, so their low bits are as good as any; 0 marks a free slot.
    static let usable (fingerprint: uint64) =
        if fingerprint = 0UL then 1UL else fingerprint

    let slotOf (key: uint64) =
        let mutable slot = int key &&& mask

        while keys[slot] <> 0UL && keys[slot] <> key do
            slot <- (slot + 1) &&& mask

        slot

    let grow () =
        let oldKeys = keys
        let oldNumbers = numbers
        mask <- (mask <<< 1) ||| 1
        keys <- Array.zeroCreate (mask + 1)
        numbers <- Array.zeroCreate (mask + 1)

        for index in 0 .. oldKeys.Length - 1 do
            if oldKeys[index] <> 0UL then
                let slot = slotOf oldKeys[index]
                keys[slot] <- oldKeys[index]
                numbers[slot] <- oldNumbers[index]

    /// How many fingerprints there are.
    member _.Count = count

    /// The number of the fingerprint; a new one gets the next number.
    member _.Number(fingerprint: uint64) =
        if count > mask / 8 * 5 then
            grow ()

        let key = usable fingerprint
        let slot = slotOf key

        if keys[slot] = 0UL then
            keys[slot] <- key
            numbers[slot] <- count
            count <- count + 1

        numbers[slot]
