namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic
open System.Security.Cryptography
open System.Text
open Asupersync.Kernel

/// A hash of a set that does not depend on the order in which its members come: the SHA-256 of each member, added up in four
/// 64-bit lanes. Made to notice mistakes, not attackers.
[<Struct; CustomEquality; NoComparison>]
type SetHash =
    { A: uint64
      B: uint64
      C: uint64
      D: uint64 }

    override this.Equals(other) =
        match other with
        | :? SetHash as hash -> this.A = hash.A && this.B = hash.B && this.C = hash.C && this.D = hash.D
        | _ -> false

    override this.GetHashCode() = int this.A

    /// 64 hexadecimal digits.
    override this.ToString() =
        $"{this.A:x16}{this.B:x16}{this.C:x16}{this.D:x16}"

/// Sums of hashes.
[<RequireQualifiedAccess>]
module SetHash =

    /// The empty set.
    let empty = { A = 0UL; B = 0UL; C = 0UL; D = 0UL }

    /// The hash of one member.
    let ofBytes (bytes: ReadOnlySpan<byte>) =
        let hash = SHA256.HashData bytes

        let lane index =
            Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(ReadOnlySpan(hash, 8 * index, 8))

        { A = lane 0; B = lane 1; C = lane 2; D = lane 3 }

    /// The hash of one text.
    let ofText (text: string) =
        ofBytes (ReadOnlySpan(Encoding.UTF8.GetBytes text))

    /// The hash of a step between two states.
    let ofStep source (label: string) target =
        let bytes = Array.zeroCreate<byte>(64 + Encoding.UTF8.GetByteCount label)

        let put offset value =
            Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(offset: int), value)

        put 0 source.A
        put 8 source.B
        put 16 source.C
        put 24 source.D
        put 32 target.A
        put 40 target.B
        put 48 target.C
        put 56 target.D
        Encoding.UTF8.GetBytes(label, bytes.AsSpan 64) |> ignore
        ofBytes (ReadOnlySpan bytes)

    /// The set with one member more.
    let add a b =
        { A = a.A + b.A; B = a.B + b.B; C = a.C + b.C; D = a.D + b.D }

    /// Reads 64 hexadecimal digits.
    let tryParse (text: string) =
        let lane index =
            match UInt64.TryParse(text.AsSpan(16 * index, 16), Globalization.NumberStyles.AllowHexSpecifier, null) with
            | true, value -> Some value
            | false, _ -> None

        if text.Length <> 64 then
            None
        else
            match lane 0, lane 1, lane 2, lane 3 with
            | Some a, Some b, Some c, Some d -> Some { A = a; B = b; C = c; D = d }
            | _ -> None

/// How many members a class has, and their hash.
[<Struct>]
type Tally =
    {
        /// How many.
        Count: int64
        /// Their hash.
        Hash: SetHash
    }

/// A graph in some kilobytes, whatever its size: enough to say whether another one equals it, and where it first does not.
[<NoComparison>]
type Digest =
    {
        /// All states.
        States: Tally
        /// All steps: source, label, target.
        Edges: Tally
        /// The states of each level, from level 1.
        Levels: Tally list
        /// The steps of each rule that leave each level, in order of level and rule name.
        Classes: ((int * string) * Tally) list
    }

    /// Levels: the initial state is on level 1.
    member this.Depth = this.Levels.Length

/// Collects a digest while a graph goes by.
[<Sealed>]
type DigestBuilder() =

    let hashes = List<SetHash>()
    let levels = List<Tally>()
    let classes = Dictionary<struct (int * string), Tally>()
    let empty = { Count = 0L; Hash = SetHash.empty }

    let more tally hash =
        { Count = tally.Count + 1L; Hash = SetHash.add tally.Hash hash }

    let total tallies =
        Seq.fold
            (fun sum tally ->
                { Count = sum.Count + tally.Count
                  Hash = SetHash.add sum.Hash tally.Hash })
            empty
            tallies

    /// Adds the state with the next number, from 0.
    member _.State(depth: int, text: string) =
        let hash = SetHash.ofText text
        hashes.Add hash

        while levels.Count < depth do
            levels.Add empty

        levels[depth - 1] <- more levels[depth - 1] hash

    /// Adds a step between states added before, leaving the given level.
    member _.Step(depth: int, source: int, label: string, target: int) =
        let key = struct (depth, Label.rule label)
        let hash = SetHash.ofStep hashes[source] label hashes[target]

        let before =
            match classes.TryGetValue key with
            | true, tally -> tally
            | false, _ -> empty

        classes[key] <- more before hash

    /// What was added so far.
    member _.Digest: Digest =
        { States = total levels
          Edges = total classes.Values
          Levels = List.ofSeq levels
          Classes =
            [ for entry in classes do
                  let struct (depth, rule) = entry.Key
                  (depth, rule), entry.Value ]
            |> List.sortWith (fun ((depth, rule), _) ((otherDepth, otherRule), _) ->
                match compare depth otherDepth with
                | 0 -> String.CompareOrdinal(rule, otherRule)
                | order -> order) }

/// Digests of graphs.
[<RequireQualifiedAccess>]
module Digest =

    /// The digest of a whole graph.
    let ofGraph (graph: Graph) =
        let builder = DigestBuilder()

        graph.States
        |> Array.iteri (fun number text -> builder.State(graph.Depths[number], text))

        graph.Steps
        |> Array.iteri (fun source leaving ->
            for struct (label, target) in leaving do
                builder.Step(graph.Depths[source], source, label, target))

        builder.Digest

    /// The digest of the kernel's graph, without ever holding the graph, and what the search found.
    let ofKernel (search: Search) : Result<Digest * Exploration, Problem> =
        let builder = DigestBuilder()
        let labels = Dictionary<Action, string>(HashIdentity.Reference)

        let label action =
            match labels.TryGetValue action with
            | true, text -> text
            | false, _ ->
                let text = Label.text action
                labels[action] <- text
                text

        let watcher =
            { new IWatcher with
                member _.State(_, depth, state) =
                    builder.State(depth, Projection.text state)
                    Visit.Expand

                member _.Edge edge =
                    builder.Step(edge.Depth, edge.Source, label edge.Action, edge.Target) }

        let found = Explorer.run search watcher

        match found.Verdict with
        | Verdict.Complete -> Ok(builder.Digest, found)
        | _ ->
            Error(
                Problem.truncated $"the search gave up after {search.Limit} states; raise the limit or lower the bounds"
            )
