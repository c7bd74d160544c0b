namespace Asupersync.Kernel.Explore

open System.Collections.Generic
open Asupersync.Kernel

/// Takes the steps that lead out of packed states, each rule run once for every combination of records it reads.
///
/// A step is a function of the records that it reads, in an order that these records determine. So what a rule did is kept in
/// a tree: which position it reads first; by the number of the record there, which it reads next; and so on to what came out,
/// a refusal or the records it wrote. The rules know nothing of this. Steps that read more than <paramref name="depth"/> records
/// seldom meet the same ones again and are not kept. For one thread.
[<Sealed>]
type internal StepMemo(bounds: Bounds, packing: Packing, dropped: Premise, depth: int) =

    // What a reference in the tree means: from 0 on, a position to read.
    static let refused = -1
    static let direct = -2
    static let firstResult = -3

    // Above this many pairs nothing more is kept, so that memory stays with the states.
    static let mostPairs = 1 <<< 20

    let bench = Workbench(packing, Bounds.limits bounds, dropped)
    let store = { Bench = bench }
    let candidates = Candidates bounds
    let branches = PairMap()
    let positions = List<int>()
    // A result is a run of pairs position, number in this list, with the number of pairs before it.
    let results = List<int>()
    let resultStarts = List<int>()
    let resultHashes = List<uint64>()
    // By shape: by position read first: the candidates that do so.
    let groups = List<int[][]>()
    // By shape and position, by number of the record there: candidate, reference, candidate, reference ...
    let survivors = List<int[][][]>()
    let next: int[] = Array.zeroCreate packing.Width
    let mutable nextHash = 0UL

    let hashOf (vector: int[]) =
        let mutable sum = 0UL

        for position in 0 .. vector.Length - 1 do
            if vector[position] <> 0 then
                sum <- sum + packing.Fingerprint(position, vector[position])

        sum

    let takes (action: Action) =
        bench.Begin()

        candidates.Allows(store, action)
        && (match Step.apply store action with
            | Ok _ -> true
            | Error _ -> false)

    let keepResult () =
        let writes = bench.Writes
        let mutable hash = 0UL
        resultStarts.Add results.Count
        results.Add writes.Length

        for index in 0 .. writes.Length - 1 do
            let position = writes[index]
            let number = bench.Written position
            let before = bench.Vector[position]
            results.Add position
            results.Add number
            hash <- hash + packing.Fingerprint(position, number)

            if before <> 0 then
                hash <- hash - packing.Fingerprint(position, before)

        resultHashes.Add hash
        firstResult - (resultStarts.Count - 1)

    // Runs the rule, and keeps what it did below the records it has read already on the way to here.
    let learn (action: Action) passed =
        let taken = takes action
        let reads = bench.Reads

        if reads.Length > passed && (reads.Length > depth || branches.Count > mostPairs) then
            direct
        else
            let mutable reference = if taken then keepResult () else refused

            for index in reads.Length - 1 .. -1 .. passed do
                let position = positions.Count
                positions.Add reads[index]
                branches.Add(position, bench.Vector[reads[index]], reference)
                reference <- position

            reference

    // Which position each candidate reads first depends on the shape only.
    let learnShape (shape: Shape) =
        let firsts =
            shape.Actions
            |> Array.map (fun action ->
                takes action |> ignore
                if bench.Reads.Length = 0 then 0 else bench.Reads[0])

        groups.Add(
            Array.init packing.Width (fun position ->
                [| for index in 0 .. firsts.Length - 1 do
                       if firsts[index] = position then
                           index |])
        )

        survivors.Add(Array.init packing.Width (fun _ -> [||]))

    let learnSurvivors (shape: Shape) position number =
        let kept =
            [| for index in groups[shape.Number][position] do
                   let reference = learn shape.Actions[index] 1

                   if reference <> refused then
                       index
                       reference |]

        let byNumber = survivors[shape.Number][position]

        let byNumber =
            if number < byNumber.Length then
                byNumber
            else
                let longer: int[][] = Array.zeroCreate (max 16 (2 * number))
                Array.blit byNumber 0 longer 0 byNumber.Length
                survivors[shape.Number][position] <- longer
                longer

        byNumber[number] <- kept
        kept

    /// The state whose steps are wanted; fill it before calling Expand.
    member _.Vector = bench.Vector

    /// The state after the step that Expand tells of.
    member _.Next = next

    /// The fingerprint of the state after the step that Expand tells of.
    member _.NextHash = nextHash

    /// Makes NextHash the fingerprint of Next, when that was not filled by Expand.
    member _.TakeHashOfNext() = nextHash <- hashOf next

    /// Calls <paramref name="taken"/> for each step that leads out of the state.
    member _.Expand(taken: Action -> unit) =
        bench.Load()
        let vector = bench.Vector
        let hash = hashOf vector
        let shape = candidates.ShapeOf store
        bench.Begin()

        while groups.Count <= shape.Number do
            learnShape shape

        let bySurvivor = survivors[shape.Number]

        for position in 0 .. vector.Length - 1 do
            let number = vector[position]

            if number <> 0 then
                let byNumber = bySurvivor[position]

                let known = if number < byNumber.Length then byNumber[number] else null

                let kept = if isNull known then learnSurvivors shape position number else known

                let mutable index = 0

                while index < kept.Length do
                    let action = shape.Actions[kept[index]]
                    let mutable reference = kept[index + 1]
                    let mutable passed = 1

                    while reference >= 0 do
                        let mutable below = 0
                        passed <- passed + 1
                        let read = positions[reference]

                        if branches.TryFind(reference, vector[read], &below) then
                            reference <- below
                        else
                            let learned = learn action passed

                            if branches.Count <= mostPairs then
                                branches.Add(reference, vector[read], learned)

                            reference <- learned

                    if reference <= firstResult then
                        let result = firstResult - reference
                        let start = resultStarts[result]
                        System.Array.Copy(vector, next, vector.Length)

                        for write in 0 .. results[start] - 1 do
                            next[results[start + 1 + 2 * write]] <- results[start + 2 + 2 * write]

                        nextHash <- hash + resultHashes[result]
                        taken action
                    elif reference = direct && takes action then
                        let writes = bench.Writes
                        System.Array.Copy(vector, next, vector.Length)
                        nextHash <- hash

                        for write in 0 .. writes.Length - 1 do
                            let place = writes[write]
                            let record = bench.Written place
                            nextHash <- nextHash + packing.Fingerprint(place, record)

                            if vector[place] <> 0 then
                                nextHash <- nextHash - packing.Fingerprint(place, vector[place])

                            next[place] <- record

                        taken action

                    index <- index + 2
