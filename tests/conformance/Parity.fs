namespace Asupersync.Conformance.Tests

open System
open System.Reflection
open Microsoft.FSharp.Reflection
open Xunit
open Asupersync
open Asupersync.Kernel

/// One name for one rule, wherever it is written.
module ParityTests =

    let private rules = Enum.GetNames<RuleName>() |> List.ofArray

    /// Never asked for: it stands in the trace only inside of other labels.
    let private consequence = "Leak"

    /// Rules that the driver takes by itself, so that no member of the facade stands for them.
    let private driverOnly =
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

    let private headings semantics =
        let names = Documents.headings semantics |> List.map _.Name

        difference "the headings of docs/semantics.md" "RuleName" names rules
        @ (if List.sort names = List.sort rules && names <> rules then
               [ "RuleName is in another order than docs/semantics.md" ]
           else
               [])

    let private labels semantics =
        let cases =
            [ for case in FSharpType.GetUnionCases typeof<Action> ->
                  { Name = case.Name
                    Arguments = [ for field in case.GetFields() -> field.Name ] } ]

        let written =
            Documents.labels semantics
            |> List.filter (fun label -> label.Name <> consequence)

        difference "the labels of docs/semantics.md" "Action" (spelled written) (spelled cases)

    let private actions semantics spec =
        // A model abstracts a reason to its kind.
        let abstracted argument =
            if argument = "ρ" then "k" else argument

        let written =
            Documents.headings semantics
            |> List.filter (fun heading -> heading.Name <> consequence)
            |> List.map (fun heading -> { heading with Arguments = List.map abstracted heading.Arguments })

        difference "docs/semantics.md" "spec/tla" (spelled written) (spelled (Documents.actions spec))

    let private premises semantics =
        let known = Enum.GetNames<Premise>() |> List.ofArray |> List.except [ "None" ]
        difference "the guards and clauses of docs/semantics.md" "Premise" (Documents.premises semantics) known

    /// The rules that the attributes of public members name.
    let private attributed =
        let flags = BindingFlags.Public ||| BindingFlags.Instance ||| BindingFlags.Static

        lazy
            ([ for kind in typeof<Cx>.Assembly.GetExportedTypes() do
                   for memberInfo in kind.GetMembers flags do
                       for attribute in memberInfo.GetCustomAttributes<RuleAttribute>() do
                           string attribute.Rule ]
             |> List.distinct)

    let private facade named =
        difference "the facade's attributes and the driver" "RuleName" (named @ List.ofSeq driverOnly.Keys) rules

    let private tests text =
        [ for rule in List.except (Documents.firstWords text) rules -> $"no test in tests/kernel begins with {rule}" ]

    let private semantics = Documents.semantics
    let private spec = Documents.spec

    [<Fact>]
    let ``Rules have the names of the headings in docs/semantics.md`` () = Assert.Empty(headings semantics.Value)

    [<Fact>]
    let ``Labels have the arguments of the kernel's actions`` () = Assert.Empty(labels semantics.Value)

    [<Fact>]
    let ``Actions of the specification have the names and arguments of the rules`` () =
        Assert.Empty(actions semantics.Value spec.Value)

    [<Fact>]
    let ``Premises have the names of the guards and clauses in docs/semantics.md`` () =
        Assert.Empty(premises semantics.Value)

    [<Fact>]
    let ``Every rule stands on a member of the facade or is the driver's`` () = Assert.Empty(facade attributed.Value)

    [<Fact>]
    let ``Every rule has tests that begin with its name`` () =
        Assert.Empty(tests Documents.kernelTests.Value)

    /// A text with one name changed.
    let private renamed (before: string) (after: string) (text: string) =
        Assert.Contains(before, text, StringComparison.Ordinal)
        text.Replace(before, after, StringComparison.Ordinal)

    [<Fact>]
    let ``A renamed heading is reported`` () =
        let wrong = renamed "### Drain(t)" "### Drein(t)" semantics.Value

        Assert.Equal<string list>(
            [ "Drein is in the headings of docs/semantics.md and not in RuleName"
              "Drain is in RuleName and not in the headings of docs/semantics.md" ],
            headings wrong
        )

    [<Fact>]
    let ``A missing heading is reported by every list that knows the rule`` () =
        let wrong = renamed "### JoinBlock(w, t)" "### Join block" semantics.Value
        Assert.Single(headings wrong) |> ignore
        Assert.Single(actions wrong spec.Value) |> ignore

    [<Fact>]
    let ``A changed argument is reported`` () =
        Assert.Equal(2, (labels (renamed "`Drain(task)`" "`Drain(region)`" semantics.Value)).Length)
        Assert.Equal(2, (actions semantics.Value (renamed "\nDrain(t) ==" "\nDrain(r) ==" spec.Value)).Length)
        Assert.Equal(2, (actions semantics.Value (renamed "\nDrain(t) ==" "\nDrayn(t) ==" spec.Value)).Length)

    [<Fact>]
    let ``A misnamed premise is reported`` () =
        Assert.Equal<string list>(
            [ "MaskOut is in the guards and clauses of docs/semantics.md and not in Premise"
              "NotMasked is in Premise and not in the guards and clauses of docs/semantics.md" ],
            premises (renamed "`NotMasked`" "`MaskOut`" semantics.Value)
        )

        Assert.Equal(2, (premises (renamed "(`ClearMask`)" "(`WipeMask`)" semantics.Value)).Length)

    [<Fact>]
    let ``A rule without an attribute is reported, and one that the driver keeps to itself as well`` () =
        Assert.Single(facade (List.except [ "Spawn" ] attributed.Value)) |> ignore
        Assert.Single(facade ("Start" :: attributed.Value)) |> ignore

    [<Fact>]
    let ``A rule without a test is reported`` () =
        Assert.Equal(rules.Length, (tests "").Length)
