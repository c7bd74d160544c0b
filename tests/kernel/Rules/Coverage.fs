/// The tests of chapters 2 to 7 are complete: each rule's every guard is refused by one of them, and each begins with its rule.
module Asupersync.Kernel.Tests.CoverageTests

open System
open System.Reflection
open Xunit
open Asupersync.Kernel

let private chapters =
    [ "TaskTests"
      "CancelTests"
      "MaskTests"
      "BudgetTests"
      "ObligationTests"
      "RegionTests"
      "CloseTests"
      "JoinTests" ]

let private tests =
    [ for kind in Assembly.GetExecutingAssembly().GetTypes() do
          if List.contains kind.Name chapters then
              for method in kind.GetMethods(BindingFlags.Public ||| BindingFlags.Static) do
                  if not (isNull (method.GetCustomAttribute<FactAttribute>())) then
                      method ]

/// Every refusal that these tests check, found by running them.
let private refusals =
    lazy
        (Expect.recording (fun () ->
            for test in tests do
                test.Invoke(null, [||]) |> ignore)
         |> Set.ofSeq)

[<Fact>]
let ``Every guard of every rule in the document has a test of its refusal`` () =
    let missing =
        [ for KeyValue(rule, guards) in Guards.table do
              for guard in guards do
                  if not (refusals.Value.Contains(struct (rule, guard))) then
                      $"{rule} by {guard}" ]

    Expect.equal [] missing

[<Fact>]
let ``Every guard of the kernel has a test of its refusal`` () =
    let tested = refusals.Value |> Seq.map (fun (struct (_, guard)) -> guard) |> Set.ofSeq
    Expect.equal [] (Premise.guards |> List.filter (tested.Contains >> not))

[<Fact>]
let ``No rule is refused by a guard that the document does not give it`` () =
    let strange =
        [ for struct (rule, guard) in refusals.Value do
              if not (Guards.names { Rule = rule; Premise = guard }) then
                  $"{rule} by {guard}" ]

    Expect.equal [] strange

[<Fact>]
let ``Every test of a chapter begins with the name of its rule, and every rule has one`` () =
    let first (test: MethodInfo) = test.Name.Split(' ')[0]
    let rules = Enum.GetNames<RuleName>() |> Set.ofArray

    Expect.equal [] (tests |> List.filter (first >> rules.Contains >> not) |> List.map _.Name)
    Expect.equal [] (Set.toList (rules - Set.ofList (List.map first tests)))

[<Fact>]
let ``The document names the guards and clauses that the kernel can drop, and no others`` () =
    let text = Repository.text "docs/semantics.md"

    let unnamed =
        Premise.guards @ Premise.clauses
        |> List.filter (fun premise -> not (text.Contains $"`{premise}`"))

    Expect.equal [] unnamed
    Expect.equal 25 Guards.table.Count
