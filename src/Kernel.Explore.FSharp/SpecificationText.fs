namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic
open System.IO
open Asupersync.Kernel

/// The specification as it is written: the modules of spec/tla, evaluated. It covers the part of TLA+ in which the rules are written, and
/// says so where it meets another.
[<RequireQualifiedAccess>]
module SpecificationText =

    /// A module as a file of the folder has it, after changes to its text; nothing when there is no such file, as for those of
    /// TLA+ itself.
    let internal tryModule (change: string -> string) (folder: string) (name: string) =
        let path = Path.Combine(folder, name + ".tla")

        if File.Exists path then
            Some(TlaModule.read name (change (File.ReadAllText path)))
        else
            None

    /// The module with all that it extends and that can be found, those first.
    let internal withExtended (find: string -> TlaModule option) (name: string) : TlaModule list =
        let rec add taken name =
            if List.exists (fun (one: TlaModule) -> one.Name = name) taken then
                taken
            else
                match find name with
                | Some one -> List.fold add taken one.Extends @ [ one ]
                | None -> taken

        match add [] name with
        | [] -> raise (TlaTrouble $"there is no module {name}")
        | modules -> modules

    let rec private constant (value: CfgValue) : TlaDatum =
        match value with
        | Number number -> Whole(int64 number)
        | Text text -> Word text
        | CfgValue.Members items -> TlaData.set (List.map constant items)

    let internal guarded (work: unit -> 'T) : Result<'T, Problem> =
        try
            Ok(work ())
        with
        | TlaTrouble words -> Error(Problem.text words)
        | :? IOException as error -> Error(Problem.file error.Message)

    /// The graph of Init and Next within bounds, as their text says it, without the kernel; a search of at most so many states.
    let digest (folder: string) (bounds: Bounds) limit : Result<Digest, Problem> =
        guarded (fun () ->
            let given = [ for constant' in Constant.all -> constant'.Name, ref (constant (constant'.Get bounds)) ]

            let evaluator = TlaEvaluator(withExtended (tryModule id folder) "Asupersync", given)
            let builder = DigestBuilder()
            let numbers = Dictionary<string, int>(StringComparer.Ordinal)
            let queue = Queue<struct (TlaDatum[] * int * int)>()

            let arrive depth (state: TlaDatum[]) =
                let text =
                    TlaValue.renderState
                        [ for index in 0 .. state.Length - 1 ->
                              evaluator.Variables[index], TlaData.toValue state[index] ]

                match numbers.TryGetValue text with
                | true, number -> number
                | false, _ ->
                    let number = numbers.Count
                    numbers[text] <- number
                    builder.State(depth, text)
                    queue.Enqueue(struct (state, number, depth))
                    number

            let context = TlaContext evaluator.Variables.Length

            for struct (_, _, state) in evaluator.Successors("Init", context, true) do
                arrive 1 state |> ignore

            while queue.Count > 0 && numbers.Count <= limit do
                let struct (state, number, depth) = queue.Dequeue()
                context.Now <- state

                for struct (rule, arguments, after) in evaluator.Successors("Next", context) do
                    let words = arguments |> Array.map (fun one -> TlaValue.text (TlaData.toValue one))
                    let label = rule + "(" + String.Join(",", words) + ")"
                    builder.Step(depth, number, label, arrive (depth + 1) after)

            if numbers.Count > limit then
                raise (TlaTrouble $"there are more than {limit} states")

            builder.Digest)

/// What the specification says of a recorded run.
[<NoComparison>]
type TraceVerdict =
    {
        /// How many of its steps are taken.
        Taken: int
        /// Why the next one is not: its number, the rule, and the guard that refuses it; nothing when all are taken.
        Refusal: string
    }

/// Replays recorded runs by the text of the specification: spec/tla/trace with the modules of the rules. Not for several threads at once.
[<Sealed>]
type TraceChecker private (evaluator: TlaEvaluator, traces: TlaDatum ref) =

    let guard =
        Text.RegularExpressions.Regex(@"Holds \( ""([A-Za-z]+)"" \)", Text.RegularExpressions.RegexOptions.RightToLeft)

    let refusal position (step: BatchStep) (context: TlaContext) =
        let struct (owner, text) = context.Refused
        let found = guard.Match text
        let name = if found.Success then found.Groups[1].Value else text

        if text.StartsWith("Agrees", StringComparison.Ordinal) then
            $"step {position}: {step.Rule} does not change what was recorded, and nothing else"
        else
            $"step {position}: {step.Rule} is refused by {name} ({owner}: {text})"

    /// A checker for the specification in a folder.
    static member Load(folder: string) : Result<TraceChecker, Problem> =
        SpecificationText.guarded (fun () ->
            let replaced = ref 0

            // Two rules fix the reason of what they do; here it is the reason of the line, as in trace/flatten.awk.
            let withReasons (text: string) =
                let change (text: string) (before: string) =
                    replaced.Value <- replaced.Value + (text.Split before).Length - 1
                    text.Replace(before, "Line.reason")

                [ "Asked(\"User\", tasks[t].region, t)"
                  "Asked(k, IF by = 0 THEN 0 ELSE tasks[by].region, by)" ]
                |> List.fold change text

            let ofTraces = SpecificationText.tryModule id (Path.Combine(folder, "trace"))
            let ofRules = SpecificationText.tryModule withReasons folder

            let modules =
                SpecificationText.withExtended
                    (fun name -> ofTraces name |> Option.orElseWith (fun () -> ofRules name))
                    "TraceAsupersync"

            if replaced.Value <> 2 then
                raise (TlaTrouble $"the reasons of {replaced.Value} rules are taken from the line, not of two")

            let traces = ref (Row [||])
            TraceChecker(TlaEvaluator(modules, [ "Traces", traces ]), traces))

    /// Replays a run as far as the specification lets it go.
    member _.Check(run: BatchRun) : Result<TraceVerdict, Problem> =
        SpecificationText.guarded (fun () ->
            traces.Value <- Row [| TlaData.ofValue (TraceBatch.runValue run) |]
            let context = TlaContext evaluator.Variables.Length
            let steps = Array.ofList run.Steps

            let rec go taken =
                context.Refused <- struct ("", "")

                match evaluator.Successors("TraceNext", context) with
                | [ struct (_, _, after) ] ->
                    context.Now <- after
                    go (taken + 1)
                | [] when taken = steps.Length -> { Taken = taken; Refusal = "" }
                | [] -> { Taken = taken; Refusal = refusal (taken + 1) steps[taken] context }
                | several -> raise (TlaTrouble $"{run.Name}: step {taken + 1} can be taken in {several.Length} ways")

            match evaluator.Successors("TraceInit", context, true) with
            | [ struct (_, _, first) ] ->
                context.Now <- first
                go 0
            | several -> raise (TlaTrouble $"{run.Name} begins in {several.Length} states"))
