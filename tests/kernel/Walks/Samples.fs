namespace Asupersync.Kernel.Tests

open Asupersync.Kernel

/// Reachable states and what was asked of them, from walks under every header, made once for all tests that want some.
[<RequireQualifiedAccess>]
module Samples =

    /// A state and an action that was asked for there, taken or not.
    let attempts: Lazy<struct (State * Action)[]> =
        lazy
            (let found = ResizeArray()

             // The usual walks are always among them: they are known to meet what is rare.
             for seed in List.distinct [ Seed.Usual; Seed.number ] do
                 for index in 0 .. Walk.headers.Length - 1 do
                     Walk.run Walk.headers[index] Premise.None (seed + uint64 index) 30 4000 (fun state action ->
                         found.Add(struct (state, action)))
                     |> ignore

             found.ToArray())

    /// The states among them.
    let states: Lazy<State[]> =
        lazy
            (attempts.Value
             |> Array.map (fun (struct (state, _)) -> state)
             |> Array.distinctBy _.Fingerprint)
