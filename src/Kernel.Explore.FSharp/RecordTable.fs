namespace Asupersync.Kernel.Explore

open System.Threading

/// Arrays that grow by whole chunks, so that what was written stays where it is while others read it.
[<RequireQualifiedAccess>]
module internal Chunk =

    /// Items of a chunk are found by this many low bits of a number.
    [<Literal>]
    let Bits = 10

    /// Which item of its chunk a number is.
    [<Literal>]
    let Mask = 0x3FF

    /// An empty chunk.
    let create () : 'T[] = Array.zeroCreate (Mask + 1)

/// The records that one position of a state takes in a search, each kept once and numbered from 1; 0 stands for no record.
/// A state is then a few small numbers, and two records are equal when their numbers are. For several threads: looking up
/// takes no lock, and after a while everything has been met.
[<Sealed>]
type internal RecordTable<'Record>(id: int64, kind: IRecordKind<'Record>) =

    let gate = obj ()
    let mutable records: 'Record[][] = [| Chunk.create () |]
    let mutable fingerprints: uint64[][] = [| Chunk.create () |]
    let mutable slots: int[] = Array.zeroCreate 64
    let mutable count = 0

    /// How many records there are.
    member _.Count = Volatile.Read &count

    /// The record with a number.
    member _.Item(number: int) : inref<'Record> =
        &records[number >>> Chunk.Bits][number &&& Chunk.Mask]

    /// The fingerprint of the record with a number; of no record it is 0.
    member _.Fingerprint(number: int) : uint64 =
        fingerprints[number >>> Chunk.Bits][number &&& Chunk.Mask]

    /// The number of a record; one that was not met before gets the next number.
    member this.Number(record: inref<'Record>) : int =
        let fingerprint = kind.Fingerprint(id, &record)
        let known = this.Find(fingerprint, &record)
        if known <> 0 then known else this.Add(fingerprint, &record)

    member private this.Find(fingerprint: uint64, record: inref<'Record>) : int =
        let slots = Volatile.Read &slots
        let mutable slot = int fingerprint &&& (slots.Length - 1)
        let mutable number = Volatile.Read &slots[slot]

        while number <> 0
              && not (this.Fingerprint number = fingerprint && kind.Same(&this.Item number, &record)) do
            slot <- (slot + 1) &&& (slots.Length - 1)
            number <- Volatile.Read &slots[slot]

        number

    member private this.Add(fingerprint: uint64, record: inref<'Record>) : int =
        Monitor.Enter gate

        try
            let known = this.Find(fingerprint, &record)

            if known <> 0 then known else this.Append(fingerprint, &record)
        finally
            Monitor.Exit gate

    member private this.Append(fingerprint: uint64, record: inref<'Record>) : int =
        let number = count + 1

        if number >>> Chunk.Bits = records.Length then
            records <- Array.append records [| Chunk.create () |]
            fingerprints <- Array.append fingerprints [| Chunk.create () |]

        records[number >>> Chunk.Bits][number &&& Chunk.Mask] <- record
        fingerprints[number >>> Chunk.Bits][number &&& Chunk.Mask] <- fingerprint
        count <- number

        if number * 2 > slots.Length then
            let larger = Array.zeroCreate (slots.Length * 2)

            for each in 1..number do
                this.Place(larger, each)

            Volatile.Write(&slots, larger)
        else
            this.Place(slots, number)

        number

    // Whoever sees the number sees the record: it was written before.
    member private this.Place(slots: int[], number: int) =
        let mutable slot = int (this.Fingerprint number) &&& (slots.Length - 1)

        while slots[slot] <> 0 do
            slot <- (slot + 1) &&& (slots.Length - 1)

        Volatile.Write(&slots[slot], number)
