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

    let batch count changed =
        let kept = [ for number in 1..count -> sample number ]

        List.map snd kept
        @ (kept
           |> List.truncate changed
           |> List.collect (fun (trace, run) -> TraceControls.ofRun 7 trace run))

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
