namespace Asupersync.Conformance.Tests

open System
open System.IO
open System.Threading.Tasks
open Xunit
open Asupersync

/// The facade as F# code sees it: task expressions, and outcomes by pattern.
module ConsumerTests =

    let private run (body: Cx -> Task<'T>) =
        let options =
            RuntimeOptions(TimeProvider = Clock(), Policy = Kernel.Policy.CollectAll, Trace = new StringWriter())

        AsupRuntime.RunAsync(Func<Cx, Work<'T>>(fun cx -> Work.FromTask(fun () -> body cx)), options)

    let private words (outcome: Outcome<int>) =
        match outcome with
        | :? Outcome<int>.Ok as ok -> $"value {ok.Value}"
        | :? Outcome<int>.Err as err -> $"error {err.Error.Message}"
        | :? Outcome<int>.Cancelled as cancelled -> $"cancelled {cancelled.Reason.Kind}"
        | :? Outcome<int>.Panicked as panicked -> $"panic {panicked.Panic.Message}"
        | _ -> "impossible"

    [<Fact>]
    let ``Outcomes are matched by pattern in F#`` () =
        task {
            let! outcome =
                run (fun cx ->
                    task {
                        let child (code: Cx -> Task<int>) = cx.Spawn(Func<Cx, Task<int>> code)
                        let ok = child (fun _ -> Task.FromResult 1)
                        let err = child (fun _ -> raise (InvalidDataException "no"))
                        let panic = child (fun _ -> raise (PanicException "broken"))

                        let late =
                            child (fun cx ->
                                task {
                                    do! cx.Sleep(TimeSpan.FromHours 1.0)
                                    return 2
                                })

                        late.Cancel() |> ignore
                        let all = ResizeArray<string>()

                        for one in [ ok; err; panic; late ] do
                            let! outcome = one.Outcome()
                            all.Add(words outcome)

                        return String.concat ", " all
                    })

            Assert.Equal("value 1, error no, panic broken, cancelled User", outcome.GetOrThrow())
        }

    [<Fact>]
    let ``Regions and channels are used from task expressions in F#`` () =
        task {
            let! outcome =
                run (fun cx ->
                    task {
                        let struct (sender, receiver) = Chan.Bounded<int> 2

                        let produce (cx: Cx) : Task =
                            task {
                                for item in 1..5 do
                                    do! sender.Send(cx, item)
                                    do! cx.Sleep(TimeSpan.FromSeconds 1.0)

                                sender.Complete()
                            }

                        let scope (cx: Cx) =
                            task {
                                cx.Spawn(Func<Cx, Task> produce) |> ignore
                                let mutable sum = 0
                                let mutable more = true

                                while more do
                                    let! there = receiver.WaitToReceive cx
                                    more <- there

                                    if there then
                                        let! item = receiver.Receive cx
                                        sum <- sum + item

                                return sum
                            }

                        return! cx.OpenRegion(Func<Cx, Work<int>>(fun cx -> Work.FromTask(fun () -> scope cx)))
                    })

            Assert.Equal(15, outcome.GetOrThrow())
        }

    [<Fact>]
    let ``Ticks and synchronous code are used from task expressions in F#`` () =
        task {
            let! outcome =
                run (fun cx ->
                    task {
                        let ticker = cx.Every(TimeSpan.FromSeconds 2.0)
                        let! first = ticker.Tick()
                        let! answer = cx.RunBlocking(fun () -> 40)

                        let! more =
                            cx.RunBlocking(fun (token: Threading.CancellationToken) ->
                                if token.CanBeCanceled then 2 else 0)

                        do! cx.RunBlocking(fun () -> Threading.Thread.Yield() |> ignore)
                        return first, answer + more
                    })

            Assert.Equal((TimeSpan.FromSeconds 2.0, 42), outcome.GetOrThrow())
        }
