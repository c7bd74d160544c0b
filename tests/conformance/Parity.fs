namespace Asupersync.Conformance.Tests

open System
open System.Reflection
open Xunit
open Asupersync
open Asupersync.Kernel

/// One name for one rule, wherever it is written.
module ParityTests =

    /// Never asked for: it stands in the trace only inside of other labels.
    let private consequence = "Leak"

    // The one group whose rules the facade and the trace know.
    let private isBase faces = faces.Module = "Asupersync"

    /// Rules that the driver takes by itself, so that no member of the facade stands for them.
    let driverOnly =
        Map
            [ "Start", "the scheduler enters a body when it first polls the task"
              "Complete", "the end of a body takes it"
              "Drain", "the end of a body that acknowledged a request takes it"
              "Finalize", "follows Drain at once"
              "ChargePoll", "the scheduler charges every poll itself; nothing else may (D13)"
              "Leak", "a consequence of Complete"
              "CloseBegin", "the end of a body, or of the last task, takes it (D11)"
              "CloseCancelChildren", "a rung of the closing ladder"
              "CloseChildrenDone", "a rung of the closing ladder"
              "CloseRunFinalizer", "a rung of the closing ladder"
              "CloseComplete", "a rung of the closing ladder" ]

    /// What is in one list and not in the other.
    let private difference left right (these: string list) (those: string list) =
        let missing =
            List.except those these
            |> List.map (fun name -> $"{name} is in {left} and not in {right}")

        let extra =
            List.except these those
            |> List.map (fun name -> $"{name} is in {right} and not in {left}")

        let repeated =
            these
            |> List.countBy id
            |> List.filter (fun (_, times) -> times > 1)
            |> List.map (fun (name, times) -> $"{name} is {times} times in {left}")

        missing @ extra @ repeated

    let private spelled signatures = signatures |> List.map string

    // Everything but the consequence, which is no action.
    let private asked faces =
        Documents.headings faces.Document
        |> List.filter (fun heading -> heading.Name <> consequence)

    let private headings faces =
        let names = Documents.headings faces.Document |> List.map _.Name

        difference $"the headings of {faces.Module}" "the kernel's rules" names faces.Rules
        @ (if List.sort names = List.sort faces.Rules && names <> faces.Rules then
               [ $"the kernel's rules of {faces.Module} are in another order than docs/semantics.md" ]
           else
               [])

    let private labels faces =
        let written =
            Documents.labels faces.Document
            |> List.filter (fun label -> label.Name <> consequence)

        difference $"the labels of {faces.Module}" "the kernel's actions" (spelled written) (spelled faces.Cases)

    let private actions faces =
        // A model abstracts a reason to its kind.
        let abstracted argument =
            if argument = "ρ" then "k" else argument

        let written =
            asked faces
            |> List.map (fun heading -> { heading with Arguments = List.map abstracted heading.Arguments })

        let found = if faces.Rules.IsEmpty then [] else Documents.actions faces.Specification
        difference $"the headings of {faces.Module}" "the actions of spec/tla" (spelled written) (spelled found)

    let private premises faces =
        let written = Documents.premises (faces.Words + faces.Document)

        difference $"the guards and clauses of {faces.Module}" "the kernel's premises" written faces.Premises
        @ [ if not faces.Rules.IsEmpty then
                let fairness = faces.Rules |> List.map (fun rule -> "Fair" + rule)

                for premise in List.except (written @ fairness) (Documents.asked faces.Specification) ->
                    $"spec/tla asks for {premise}, which is no premise of {faces.Module}" ]

    // Names that models check beside the properties of the document.
    let private beside = [ "TypeOK"; "Inductive" ]

    // A table may also speak of rules.
    let private stated faces =
        let states, steps, promises = Documents.properties faces.Tables
        List.except faces.Rules states, List.except faces.Rules steps, promises

    let private properties faces =
        let states, steps, promises = stated faces
        let defined = Documents.defined faces.Specification
        let always = steps |> List.map (fun step -> step + "Always")

        let inModels =
            [ for model in faces.Models do
                  if model.Result = "ok" then
                      yield! Documents.checkedBy model.Configuration ]
            |> List.distinct

        difference $"the properties of states in {faces.Module}" "the kernel's" states faces.States
        @ difference $"the properties of steps in {faces.Module}" "the kernel's" steps faces.Steps
        @ [ for missing in List.except defined (states @ steps @ always @ promises) do
                $"{missing} is no definition of spec/tla in {faces.Module}"
            for extra in defined do
                if
                    extra.EndsWith("Always", StringComparison.Ordinal)
                    && not (List.contains extra always)
                then
                    $"{extra} of spec/tla is no property of {faces.Module}"
            for missing in List.except inModels (states @ always @ promises) do
                $"no model checks {missing} of {faces.Module}" ]

    // A configuration names properties of its own group, and of the groups that it puts together.
    let private configurations (groups: Faces list) =
        let known =
            [ for faces in groups do
                  let states, steps, promises = stated faces
                  yield! states @ promises
                  yield! steps |> List.map (fun step -> step + "Always") ]
            @ beside

        [ for faces in groups do
              for model in faces.Models do
                  for unknown in List.except known (Documents.checkedBy model.Configuration) ->
                      $"{model.Model} checks {unknown}, which is no property of docs/semantics.md" ]

    let private sources faces =
        let places rule =
            let declared = if isBase faces then $"\nmodule {rule} =" else $"\n    | {rule} = "

            faces.Sources
            |> List.filter (fun (_, text) -> text.Contains(declared, StringComparison.Ordinal))

        [ for rule in faces.Rules do
              if (places rule).Length <> 1 then
                  $"{rule} is {(places rule).Length} times in the sources of {faces.Module}" ]

    let private reached faces =
        let taken = faces.Models |> List.collect _.Edges |> List.map fst |> List.distinct

        [ for rule in List.except (consequence :: taken) faces.Rules do
              $"no model takes {rule}"
          for extra in List.except faces.Rules taken do
              if not faces.Rules.IsEmpty then
                  $"a graph of {faces.Module} takes {extra}, which is no rule" ]

    /// The rules that the attributes of public members name, and those members.
    let attributed =
        let flags = BindingFlags.Public ||| BindingFlags.Instance ||| BindingFlags.Static

        lazy
            [ for kind in typeof<Cx>.Assembly.GetExportedTypes() do
                  for memberInfo in kind.GetMembers flags do
                      for attribute in memberInfo.GetCustomAttributes<RuleAttribute>() do
                          string attribute.Rule, $"{kind.Name.Split('`')[0]}.{memberInfo.Name}" ]

    let private facade faces named =
        if isBase faces then
            difference
                "the facade's attributes and the driver"
                "RuleName"
                (named @ List.ofSeq driverOnly.Keys)
                faces.Rules
        else
            []

    let private named = attributed.Value |> List.map fst |> List.distinct

    let private tests faces =
        let words = faces.Tests |> List.collect (snd >> Documents.firstWords)

        [ for rule in List.except words faces.Rules -> $"no test of {faces.Module} begins with {rule}" ]

    let private traces (format: string) faces =
        let written =
            Documents.labels faces.Document
            |> List.filter (fun label -> label.Name <> consequence)

        if isBase faces then
            difference
                $"the labels of {faces.Module}"
                "docs/trace-format.md"
                (spelled written)
                (spelled (Documents.traceArguments format))
        else
            []

    let private groups document = Faces.all document
    let private today = lazy (groups Documents.document.Value)

    let private over check =
        Assert.Empty(today.Value |> List.collect check)

    [<Fact>]
    let ``Rules have the names of the headings in docs/semantics.md`` () = over headings

    [<Fact>]
    let ``Labels have the arguments of the kernel's actions`` () = over labels

    [<Fact>]
    let ``Actions of the specification have the names and arguments of the rules`` () = over actions

    [<Fact>]
    let ``Premises have the names of the guards and clauses in docs/semantics.md`` () = over premises

    [<Fact>]
    let ``Properties have one name in the document, the specification, the kernel and the models`` () =
        over properties
        Assert.Empty(configurations today.Value)

    [<Fact>]
    let ``Every rule stands on a member of the facade or is the driver's`` () = over (fun faces -> facade faces named)

    [<Fact>]
    let ``Every rule has tests that begin with its name`` () = over tests

    [<Fact>]
    let ``Every rule has one place in the kernel's sources`` () = over sources

    [<Fact>]
    let ``Every rule is taken in a graph of a model`` () = over reached

    [<Fact>]
    let ``Every label has its arguments in docs/trace-format.md`` () =
        over (traces (Documents.file "docs/trace-format.md"))

    [<Fact>]
    let ``Every module that has models has its place in docs/semantics.md`` () =
        Assert.Empty(
            difference
                "the models' manifest"
                "docs/semantics.md"
                Faces.modelled.Value
                (today.Value |> List.map _.Module)
        )

    /// A text with one name changed.
    let private renamed (before: string) (after: string) (text: string) =
        Assert.Contains(before, text, StringComparison.Ordinal)
        text.Replace(before, after, StringComparison.Ordinal)

    // One group of the document with one name changed.
    let private changed name before after =
        groups (renamed before after Documents.document.Value)
        |> List.find (fun faces -> faces.Module = name)

    let private present name =
        today.Value |> List.find (fun faces -> faces.Module = name)

    [<Fact>]
    let ``A renamed heading is reported`` () =
        for name, before, after in
            [ "Asupersync", "### Drain(t)", "### Drein(t)"
              "Scheduler", "### Dispatch(t)", "### Despatch(t)"
              "Idempotency", "### Evict(k)", "### Forget(k)"
              "Saga", "### SagaAbort", "### SagaStop"
              "Time", "### Fire(m)", "### Ring(m)"
              "Combinator", "### TimeUp", "### TimeOver" ] do
            let wrong = changed name before after
            Assert.Equal(2, (headings wrong).Length)
            Assert.Equal(2, (actions wrong).Length)

    [<Fact>]
    let ``A missing heading is reported by every list that knows the rule`` () =
        let wrong = changed "Asupersync" "### JoinBlock(w, t)" "### Join block"
        Assert.Single(headings wrong) |> ignore
        Assert.Single(actions wrong) |> ignore

        Assert.Single(actions (changed "Saga" "### SagaStepOk(i)" "### Saga step"))
        |> ignore

    [<Fact>]
    let ``A changed argument is reported`` () =
        Assert.Equal(2, (labels (changed "Asupersync" "`Drain(task)`" "`Drain(region)`")).Length)
        Assert.Equal(2, (labels (changed "Time" "`Tick(now)`" "`Tick(moment)`")).Length)
        let faces = present "Asupersync"

        let with' before after =
            { faces with
                Specification = renamed before after faces.Specification }

        Assert.Equal(2, (actions (with' "\nDrain(t) ==" "\nDrain(r) ==")).Length)
        Assert.Equal(2, (actions (with' "\nDrain(t) ==" "\nDrayn(t) ==")).Length)

    [<Fact>]
    let ``A misnamed premise is reported`` () =
        Assert.Equal(3, (premises (changed "Asupersync" "`NotMasked`" "`MaskOut`")).Length)
        Assert.Equal(3, (premises (changed "Asupersync" "(`ClearMask`)" "(`WipeMask`)")).Length)
        Assert.Equal(3, (premises (changed "Combinator" "`OnlyDecisive`" "`JustDecisive`")).Length)
        let faces = present "Saga"

        Assert.Equal<string list>(
            [ "spec/tla asks for Sett1e, which is no premise of Saga" ],
            premises
                { faces with
                    Specification = renamed "\"Settle\"" "\"Sett1e\"" faces.Specification }
        )

        let faces = present "Asupersync"

        Assert.Equal<string list>(
            [ "spec/tla asks for FairDrein, which is no premise of Asupersync" ],
            premises
                { faces with
                    Specification = renamed "\"FairDrain\"" "\"FairDrein\"" faces.Specification }
        )

    [<Fact>]
    let ``A misnamed property is reported by each list that knows it`` () =
        // In the kernel's list twice but for whole runs, in spec/tla once or twice, and in the models once.
        for name, before, after, times in
            [ "Asupersync", "| MaskBounded |", "| MaskBound |", 4
              "Asupersync", "| ResolvedOnce |", "| SettledOnce |", 6
              "Asupersync", "| ClosingRegionsClose |", "| ClosingRegionsEnd |", 2
              "Scheduler", "| CycleWithin |", "| CycleIn |", 4
              "Idempotency", "| KeptForLifetime |", "| KeptLong |", 6
              "Deadlines", "| DeadlineReaches |", "| DeadlineHits |", 4 ] do
            let found = properties (changed name before after)
            Assert.True((found.Length = times), String.concat "\n" found)

        let faces = present "Saga"

        let unchecked =
            { faces with
                Models =
                    faces.Models
                    |> List.map (fun model ->
                        { model with
                            Configuration = model.Configuration.Replace(" ReverseOrder", "", StringComparison.Ordinal) }) }

        Assert.Equal<string list>([ "no model checks ReverseOrder of Saga" ], properties unchecked)

        let strange =
            { faces with
                Models =
                    faces.Models
                    |> List.map (fun model ->
                        { model with
                            Configuration =
                                model.Configuration.Replace(" ReverseOrder", " AnyOrder", StringComparison.Ordinal) }) }

        Assert.Single(configurations (strange :: List.except [ faces ] today.Value))
        |> ignore

    [<Fact>]
    let ``A rule without an attribute is reported, and one that the driver keeps to itself as well`` () =
        let faces = present "Asupersync"
        Assert.Single(facade faces (List.except [ "Spawn" ] named)) |> ignore
        Assert.Single(facade faces ("Start" :: named)) |> ignore

    [<Fact>]
    let ``A rule without a test, a place or a graph is reported`` () =
        for faces in today.Value do
            let missing = List.length faces.Rules
            Assert.Equal(missing, (tests { faces with Tests = [] }).Length)
            Assert.Equal(missing, (sources { faces with Sources = [] }).Length)

            Assert.Equal(
                List.length (List.except [ consequence ] faces.Rules),
                (reached { faces with Models = [] }).Length
            )

    [<Fact>]
    let ``A label that the trace format spells otherwise is reported`` () =
        let format = Documents.file "docs/trace-format.md"
        let faces = present "Asupersync"

        Assert.Equal(
            2,
            (traces (renamed "| `Transfer` | `task`, `obligation`" "| `Transfer` | `task`, `lease`" format) faces)
                .Length
        )

        Assert.Single(traces (renamed "`MaskExit`, " "" format) faces) |> ignore

    [<Fact>]
    let ``A module without a chapter is reported`` () =
        let document =
            renamed "A module of its own (`spec/tla/Saga.tla`" "A module (`spec/tla/Saga.tla`" Documents.document.Value

        Assert.DoesNotContain("Saga", groups document |> List.map _.Module)
