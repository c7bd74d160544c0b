namespace Asupersync.Model.Tests

open System.IO
open System.Text.RegularExpressions
open Xunit
open Xunit.Abstractions
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// Every rule of the specification is taken in some model: what no model reaches is checked nowhere.
type Witnesses(output: ITestOutputHelper) =

    /// The disjuncts of a module's Next.
    let rules name =
        let text = File.ReadAllText(Path.Combine(Setup.folder.Value, $"{name}.tla")).ReplaceLineEndings "\n"
        let next = Regex.Match(text, @"^Next ==\n((?:    .*\n)+)", RegexOptions.Multiline)

        [ for found in Regex.Matches(next.Groups[1].Value, @"^    \\/ (?:\\E .* : )?(\w+)", RegexOptions.Multiline) ->
              found.Groups[1].Value ]

    /// The models in which a rule is taken, by the digests of the checker's graphs, which the kernel's graphs equal.
    let taken models =
        [ for model in models do
              let file = Setup.demand (DigestFile.load (Models.digestPath Setup.folder.Value model))

              for (_, rule), tally in file.Digest.Classes do
                  if tally.Count > 0L then
                      rule, model ]
        |> List.distinct

    let missing rules models =
        let found = taken models

        [ for rule in rules do
              match
                  [ for other, model in found do
                        if other = rule then
                            model ]
              with
              | [] -> rule
              | witnesses ->
                  let words = String.concat ", " witnesses
                  output.WriteLine $"{rule}: {words}" ]

    let modelsOf name =
        [ for other, model, _, _ in Setup.ownModels.Value do
              if other = name then
                  model ]

    static member Modules =
        TheoryData<string>(Setup.ownModels.Value |> List.map (fun (name, _, _, _) -> name) |> List.distinct)

    [<Fact>]
    member _.``Every rule over the one state is taken in a model``() =
        let names = rules "Asupersync"
        Assert.Equal(System.Enum.GetNames<RuleName>().Length - 1, names.Length)
        Assert.Empty(missing names Setup.names.Value)

    [<Theory; MemberData(nameof Witnesses.Modules)>]
    member _.``Every rule of a module of its own is taken in one of its models``(name: string) =
        // Those of the one state are looked for in its own models.
        let names = List.except (rules "Asupersync") (rules name)
        Assert.NotEmpty names
        Assert.Empty(missing names (modelsOf name))

    [<Fact>]
    member _.``A rule that no model takes is reported``() =
        // Without quotas nothing is charged.
        Assert.Equal<string list>(
            [ "ChargePoll"; "ChargeCost" ],
            missing [ "Start"; "ChargePoll"; "ChargeCost" ] [ "MCTiny" ]
        )

    [<Fact>]
    member _.``Every consequence is a part of some step in a model``() =
        let search = Setup.search (Setup.model "MCLedger").Bounds
        let mutable found = Set.empty

        let watcher =
            { new IWatcher with
                member _.State(_, _, _) =
                    if found.Count = 3 then Visit.Halt else Visit.Expand

                member _.Edge edge =
                    for consequence in edge.After.Consequences do
                        found <- found.Add consequence.Rule }

        Explorer.run search watcher |> ignore
        Assert.Equal<Set<RuleName>>(set [ RuleName.Abort; RuleName.Leak; RuleName.CancelRequest ], found)
