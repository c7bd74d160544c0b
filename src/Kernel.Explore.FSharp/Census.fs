namespace Asupersync.Kernel.Explore

open System
open System.Diagnostics
open System.Threading
open Asupersync.Kernel

/// How many states, steps and levels a bounded configuration has.
[<NoEquality; NoComparison>]
type Census =
    {
        /// How the search ended. Never Halted.
        Verdict: Verdict
        /// Distinct states.
        States: int
        /// Distinct steps: source, action, target.
        Edges: int64
        /// Levels: the initial state is on level 1.
        Depth: int
        /// Steps by rule, only those that occurred, in order of the rules.
        Rules: (RuleName * int64) list
        /// Wall-clock time.
        Seconds: float
        /// Threads that searched.
        Threads: int
        /// Bytes that the states and their table took at the end.
        Bytes: int64
    }

    /// Distinct states per second.
    member this.Rate = float this.States / max this.Seconds 1e-9

/// Counts the states, steps and levels of bounded configurations, with several threads, on packed states that are compared in
/// full. For questions about single states and paths there is the Explorer. Where a fault tears the links of records, states
/// that differ in them alone count as several here.
[<RequireQualifiedAccess>]
module Census =

    /// A census of everything within the bounds.
    let options (bounds: Bounds) limit threads =
        { Bounds = bounds
          Limit = limit
          Threads = threads
          MemoDepth = 3
          Hash = id }

    let private count (options: CensusOptions) dropped : Census =
        let clock = Stopwatch.StartNew()
        let shared = CensusShared(options, dropped)
        let counters = Array.init options.Threads (fun _ -> Counter shared)
        counters[0].Start()

        counters[1..]
        |> Array.map (fun counter ->
            Tasks.Task.Factory.StartNew(
                counter.Run,
                CancellationToken.None,
                Tasks.TaskCreationOptions.LongRunning,
                Tasks.TaskScheduler.Default
            ))
        |> fun others ->
            try
                counters[0].Run()
            finally
                Tasks.Task.WaitAll others

        let owned = counters |> Seq.collect _.Owned
        let mutable depth = 0
        let mutable states = 0

        for struct (first, last) in owned do
            states <- states + (last - first)

            for number in first .. last - 1 do
                depth <- max depth (shared.Table.Level number)

        let counts = Array.init 64 (fun rule -> counters |> Array.sumBy (fun counter -> counter.Counts[rule]))

        { Verdict = (if states > options.Limit then Verdict.Truncated else Verdict.Complete)
          States = states
          Edges = Array.sum counts
          Depth = depth
          Rules =
            [ for rule in Enum.GetValues<RuleName>() do
                  if counts[int rule] > 0L then
                      rule, counts[int rule] ]
          Seconds = clock.Elapsed.TotalSeconds
          Threads = options.Threads
          Bytes = shared.Table.Bytes }

    /// Takes a census.
    let take (options: CensusOptions) : Result<Census, Problem> =
        if options.Threads < 1 || options.Threads > 64 then
            Error(Problem.constant "a search takes from 1 to 64 threads")
        else
            Explorer.dropped options.Bounds |> Result.map (count options)
