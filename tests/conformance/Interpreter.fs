namespace Asupersync.Conformance.Tests

open System
open System.Collections.Generic
open System.Runtime.ExceptionServices
open System.Threading.Tasks
open Asupersync

/// Raised by Fail.
exception ProgramError

/// Carries programs out on the real facade, by its public surface only.
[<RequireQualifiedAccess>]
module Interpreter =

    /// What the tasks of one run share.
    type private Shared = { Sender: Sender<int>; Receiver: Receiver<int> }

    /// Where a task stands: its context, the regions around it from the inside out, and the children it knows.
    type private Place = { Cx: Cx; Regions: Region list; Children: List<Child> }

    let private budget (limits: OwnBudget) =
        WorkBudget(
            Timeout =
                (limits.Timeout
                 |> Option.map (float >> TimeSpan.FromMilliseconds)
                 |> Option.toNullable),
            Polls = Option.toNullable limits.Polls,
            Cost = (limits.Cost |> Option.map int64 |> Option.toNullable)
        )

    let private pick (items: List<Child>) number =
        if items.Count = 0 then None else Some items[number % items.Count]

    let private at (place: Place) (cx: Cx) =
        if cx.Region.Id = place.Regions.Head.Id then
            { Cx = cx; Regions = place.Regions; Children = List<Child>() }
        else
            { Cx = cx
              Regions = cx.Region :: place.Regions
              Children = List<Child>() }

    let rec private run (shared: Shared) (place: Place) (op: Op) : Task =
        task {
            let cx = place.Cx

            match op with
            | Yield -> do! cx.Yield()
            | Sleep milliseconds -> do! cx.Sleep(TimeSpan.FromMilliseconds(float milliseconds))
            | Checkpoint -> cx.Checkpoint()
            | Charge cost -> cx.Charge(int64 cost)
            | Spawn(limits, script) ->
                let body = Func<Cx, Task>(fun cx -> runScript shared (at place cx) script)
                place.Children.Add(cx.Spawn(body, SpawnOptions(Budget = budget limits)))
            | SpawnAbove(up, script) ->
                let above = List.skip (up % place.Regions.Length) place.Regions

                let body =
                    Func<Cx, Work>(fun cx ->
                        Work.FromTask(fun () -> runScript shared (at { place with Regions = above } cx) script))

                place.Children.Add(above.Head.Spawn(cx, body))
            | Join child ->
                match pick place.Children child with
                | Some child ->
                    let! _ = child.Outcome()
                    ()
                | None -> ()
            | CancelChild(child, kind) ->
                pick place.Children child
                |> Option.iter (fun child -> child.Cancel("", kind) |> ignore)
            | CancelRegion(up, kind) -> place.Regions[up % place.Regions.Length].Cancel("up", kind) |> ignore
            | Mask(units, ops) ->
                do!
                    cx.Mask(
                        units,
                        Func<Cx, Work>(fun cx -> Work.FromTask(fun () -> runAll shared { place with Cx = cx } ops))
                    )
            | Defer ops -> cx.Defer(Func<Cx, Work>(fun cx -> Work.FromTask(fun () -> runAll shared (at place cx) ops)))
            | Open(policy, limits, script) ->
                let body = Func<Cx, Work>(fun cx -> Work.FromTask(fun () -> runScript shared (at place cx) script))
                do! cx.OpenRegion(body, RegionOptions(Policy = policy, Budget = budget limits))
            | Aside ops -> runAll shared place ops |> ignore
            | Call(combinator, scripts) ->
                let branch script =
                    Func<Cx, Work<int>>(fun cx ->
                        Work.FromTask(fun () ->
                            task {
                                do! runScript shared (at place cx) script
                                return 1
                            }))

                let branches = scripts |> List.map branch |> Array.ofList

                match combinator with
                | Race ->
                    let! _ = cx.Race branches
                    ()
                | FirstOk ->
                    let! _ = cx.FirstOk branches
                    ()
                | JoinAll ->
                    let! _ = cx.JoinAll branches
                    ()
                | CollectAll ->
                    let! _ = cx.CollectAll branches
                    ()
                | Within time ->
                    let! _ = cx.Within(TimeSpan.FromMilliseconds(float time), branches[0])
                    ()
            | Send value -> do! shared.Sender.Send(cx, value)
            | Receive ->
                let! _ = shared.Receiver.Receive cx
                ()
            | TryReserve leaks ->
                match shared.Sender.TryReserve cx with
                | true, permit when not leaks -> permit.Commit 0 |> ignore
                | _ -> ()
            | TryReceive -> shared.Receiver.TryReceive() |> ignore
            | HandOver child ->
                match pick place.Children child, shared.Sender.TryReserve cx with
                | Some child, (true, permit) ->
                    use permit = permit
                    permit.TransferTo child
                | None, (true, permit) -> permit.Abort()
                | _ -> ()
            | Deliver acknowledges ->
                use! delivery = shared.Receiver.ReceiveWithAck cx

                if acknowledges then
                    delivery.Acknowledge()
            | Fail -> raise ProgramError
            | Panic -> raise (PanicException "on purpose")
        }

    /// One after the other; what a rule refuses is passed over.
    and private runAll shared place ops : Task =
        task {
            for op in ops do
                try
                    do! run shared place op
                with :? RefusedException ->
                    ()
        }

    and private runScript shared place script : Task =
        task {
            try
                do! runAll shared place script.Body
            with :? CancelledException as seen ->
                do! runAll shared place script.CleanUp

                if not script.Swallows then
                    ExceptionDispatchInfo.Throw seen
        }

    /// What every run has for a deadline, so that it ends.
    let private patience = TimeSpan.FromSeconds 10.0

    /// Runs a program with so many workers on a clock of its own: its outcome, its reports and its trace.
    let execute (workers: int) (program: Program) : Outcome<bool> * RuntimeReport list * string =
        use trace = new IO.StringWriter()
        let reports = List<RuntimeReport>()

        let options =
            RuntimeOptions(
                TimeProvider = Clock(),
                Workers = workers,
                Policy = program.Policy,
                Budget = WorkBudget(Timeout = patience),
                Trace = trace,
                Report = (fun report -> lock reports (fun () -> reports.Add report))
            )

        let struct (sender, receiver) = Chan.Bounded<int> program.Capacity

        let shared = { Sender = sender; Receiver = receiver }

        let body (cx: Cx) =
            Work.FromTask(fun () ->
                runScript shared { Cx = cx; Regions = [ cx.Region ]; Children = List<Child>() } program.Main)

        let running = AsupRuntime.Start(Func<Cx, Work> body, options)

        if not (running.Completion.Wait(TimeSpan.FromMinutes 1.0)) then
            let alive = running.Snapshot().GetAwaiter().GetResult()
            failwith $"the run did not end: {alive.Explain()}\n{program}\n{trace}"

        running.Completion.Result, List.ofSeq reports, trace.ToString()
