namespace Asupersync.Model.Tests

open System
open System.Diagnostics
open System.IO
open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// Recorded runs as batches for the specification's checker, and runs changed on purpose.
type TraceValidation(output: ITestOutputHelper) =

    let runOf name trace =
        match TraceBatch.ofTrace name trace with
        | Ok run -> run
        | Error error -> failwith $"{name}: {error}"

    let sample number =
        let trace = TraceSample.run 1 number
        trace, runOf $"sample {number}" trace

    // Runs that the ordinary test run validates; a larger campaign is spec/tla/check-traces --sample N.
    let count = 1000

    let batch count changed =
        let kept = [ for number in 1..count -> sample number ]

        List.map snd kept
        @ (kept
           |> List.truncate changed
           |> List.collect (fun (trace, run) -> TraceControls.ofRun 7 trace run))

    // A checker for the specification with another text in one place.
    let changed (name: string) (before: string) (after: string) (work: TraceChecker -> unit) =
        let folder = Directory.CreateTempSubdirectory("asupersync-").FullName

        try
            Directory.CreateDirectory(Path.Combine(folder, "trace")) |> ignore

            for path in Directory.GetFiles(Setup.folder.Value, "*.tla", SearchOption.AllDirectories) do
                let relative = Path.GetRelativePath(Setup.folder.Value, path)

                if Path.GetDirectoryName relative = "" || Path.GetDirectoryName relative = "trace" then
                    File.Copy(path, Path.Combine(folder, relative))

            let path = Path.Combine(folder, name + ".tla")
            let text = File.ReadAllText path
            Assert.Contains(before, text, StringComparison.Ordinal)
            File.WriteAllText(path, text.Replace(before, after))
            work (Setup.demand (TraceChecker.Load folder))
        finally
            Directory.Delete(folder, true)

    [<Fact>]
    member _.``A run becomes the module that is kept``() =
        let header =
            { Limits = Limits.standard
              Policy = Policy.FailFast
              Budget = Budget.unlimited }

        let actions =
            [ Start 1L<_>
              Spawn(1L<_>, 1L<_>, 2L<_>, Budget.unlimited)
              CancelRequest(
                  0L<_>,
                  Target.Task 2L<_>,
                  CancelReason.Create(CancelKind.User, 0L<_>, 0L<_>, 5L, "stop", null)
              )
              Complete(1L<_>, Outcome.ok) ]

        match Trace.record header actions with
        | Error error -> Assert.Fail $"{error}"
        | Ok trace ->
            let kept = Path.Combine(AppContext.BaseDirectory, "TraceBatch.golden.tla")
            let text = TraceBatch.render [ runOf "kept" trace ]
            Assert.Equal(File.ReadAllText(kept).Replace("\r\n", "\n"), text)

    [<Fact>]
    member _.``Changed runs are of every kind and are not taken whole``() =
        let changed = batch 20 20 |> List.skip 20

        for kind in TraceControls.kinds do
            Assert.Contains(changed, (fun run -> run.Control && run.Name.Contains $": {kind} at"))

        Assert.Contains(changed, (fun run -> not run.Control && run.Name.Contains TraceControls.Harmless))

        for run in changed do
            Assert.Equal(run.Control, run.Taken < run.Steps.Length)

    [<Fact>]
    member _.``The specification takes a thousand runs of the kernel, and as far as the kernel every changed one``() =
        let next = ref 0
        let taken = Collections.Concurrent.ConcurrentBag<BatchRun>()

        // A checker serves one thread.
        let work () =
            let checker = Setup.demand (TraceChecker.Load Setup.folder.Value)

            while next.Value <= count do
                let number = Threading.Interlocked.Increment next

                if number <= count then
                    let trace, run = sample number

                    let changed = if number % 7 = 0 then TraceControls.ofRun number trace run else []

                    for run in run :: changed do
                        let verdict = Setup.demand (checker.Check run)
                        Assert.True((verdict.Taken = run.Taken), $"{run.Name}: {verdict.Refusal}")
                        Assert.Equal(run.Control, verdict.Refusal <> "")
                        taken.Add run

        let threads = [ for _ in 1 .. Environment.ProcessorCount -> Threading.Tasks.Task.Run work ]
        threads |> List.iter (fun one -> one.GetAwaiter().GetResult())
        let controls, runs = taken |> List.ofSeq |> List.partition _.Control
        let harmless, kept = runs |> List.partition _.Name.Contains(TraceControls.Harmless)
        Assert.Equal(count, kept.Length)

        for kind in TraceControls.kinds do
            let rejected = controls |> List.filter _.Name.Contains($": {kind} at") |> List.length
            output.WriteLine $"{kind}: {rejected} rejected"
            Assert.True(rejected > 50)

        Assert.True(harmless.Length > 50)
        let steps = kept |> List.sumBy _.Steps.Length
        output.WriteLine $"{kept.Length} runs of {steps} steps and {harmless.Length} harmless swaps accepted"

    [<Fact>]
    member _.``A rejected run is named with its step, its rule and the guard that refuses it``() =
        let checker = Setup.demand (TraceChecker.Load Setup.folder.Value)
        let _, run = sample 3
        let first = List.head run.Steps
        let twice = { run with Control = true; Steps = first :: run.Steps }

        let wrong =
            { run with
                Control = true
                Steps =
                    { first with Tasks = [ 1L, [ "phase", TlaText "Completed" ] ] }
                    :: List.tail run.Steps }

        let says words run =
            let verdict = Setup.demand (checker.Check run)
            output.WriteLine verdict.Refusal
            Assert.StartsWith(words, verdict.Refusal, StringComparison.Ordinal)

        Assert.Equal("Start", first.Rule)
        says "step 2: Start is refused by TaskCreated" twice
        says "step 1: Start does not change what was recorded" wrong

    [<Theory>]
    [<InlineData("Task", "![t].started = Holds", "![t].started = ~Holds")>]
    [<InlineData("Task", "Min(regions[r].polls, SpawnPolls)", "Max(regions[r].polls, SpawnPolls)")>]
    [<InlineData("Cancel", "!.phase = \"CancelRequested\", !.echo", "!.phase = \"Cancelling\", !.echo")>]
    [<InlineData("Region", "![r].phase = \"Closing\"", "![r].phase = \"Draining\"")>]
    [<InlineData("Obligation", "Holds(\"IsHolder\")       => obligations[o].holder = t", "obligations[o].holder # t")>]
    [<InlineData("trace/TraceWords", "a[1].at > b[1].at", "a[1].at < b[1].at")>]
    member _.``A specification with another text rejects runs of the kernel``
        (name: string, before: string, after: string)
        =
        changed name before after (fun checker ->
            let rejected =
                Seq.initInfinite (fun index -> snd (sample (index + 1)))
                |> Seq.truncate 60
                |> Seq.tryPick (fun run ->
                    let verdict = Setup.demand (checker.Check run)
                    if verdict.Taken < run.Taken then Some verdict.Refusal else None)

            Assert.True(rejected.IsSome, "every run is accepted")
            output.WriteLine rejected.Value)

    [<Fact>]
    member _.``A specification that lacks a definition is reported for each run``() =
        changed "Budget" "ChargePoll(t)" "ChargeNothing(t)" (fun checker ->
            for number in 1..2 do
                match checker.Check(snd (sample number)) with
                | Error problem -> Assert.Equal("ASUP1314 Act: nothing defines ChargePoll", string problem)
                | Ok verdict -> Assert.Fail $"{verdict}")

    [<Fact>]
    member _.``A checker accepts the runs and rejects the changed ones, when there is one``() =
        match Environment.GetEnvironmentVariable "TLA2TOOLS_JAR" with
        | null
        | "" -> output.WriteLine "not run: TLA2TOOLS_JAR is not set"
        | _ ->
            let folder = Directory.CreateTempSubdirectory("asupersync-").FullName

            try
                File.WriteAllText(Path.Combine(folder, "TraceBatch.tla"), TraceBatch.render (batch 20 3))
                let start = ProcessStartInfo("bash", RedirectStandardOutput = true)
                start.ArgumentList.Add(Path.Combine(Setup.folder.Value, "check-traces"))
                start.ArgumentList.Add folder
                use running = Process.Start start
                let words = running.StandardOutput.ReadToEnd()
                running.WaitForExit()
                output.WriteLine words
                Assert.Equal(0, running.ExitCode)
            finally
                Directory.Delete(folder, true)
