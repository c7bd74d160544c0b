namespace Asupersync.Kernel.Tests

open System
open FsCheck

/// Where all randomness of these tests comes from. Without ASUPERSYNC_SEED every run is the same; with a number another run is
/// made, and with "random" a new one each time. A failure prints the number that repeats it.
[<RequireQualifiedAccess>]
module Seed =

    /// The number in force when none is asked for.
    [<Literal>]
    let Usual = 20260117UL

    /// The number in force.
    let number: uint64 =
        match Environment.GetEnvironmentVariable "ASUPERSYNC_SEED" with
        | null
        | "" -> Usual
        | "random" -> uint64 DateTime.UtcNow.Ticks
        | text ->
            match UInt64.TryParse text with
            | true, given -> given
            | _ -> failwith $"ASUPERSYNC_SEED is \"{text}\"; give a whole number or \"random\""

    /// How to make the same run again.
    let replay = $"replay with ASUPERSYNC_SEED={number}"

    /// Checks a property on so many cases; a failure tells the seed.
    let check (cases: int) (property: Property) =
        let config =
            Config.QuickThrowOnFailure
                .WithMaxTest(cases)
                .WithEndSize(60)
                .WithQuietOnSuccess(true)
                .WithReplay(Some { Rnd = Rnd(number, 0x9E3779B97F4A7C15UL); Size = None })

        try
            Check.One(config, property)
        with problem ->
            raise (Exception($"{replay}\n{problem.Message}", problem))

/// A seeded source of choices (SplitMix64), the same on every machine.
[<Sealed>]
type Dice(seed: uint64) =
    let mutable state = seed

    let next () =
        state <- state + 0x9E3779B97F4A7C15UL
        let a = (state ^^^ (state >>> 30)) * 0xBF58476D1CE4E5B9UL
        let b = (a ^^^ (a >>> 27)) * 0x94D049BB133111EBUL
        b ^^^ (b >>> 31)

    /// From 0 to sides - 1.
    member _.Below(sides: int) = int (next () % uint64 sides)

    /// From low to high.
    member this.Between(low: int, high: int) = low + this.Below(high - low + 1)

    /// True in so many of a hundred cases.
    member this.Chance(percent: int) = this.Below 100 < percent

    /// One of the items.
    member this.Pick(items: 'T[]) = items[this.Below items.Length]
