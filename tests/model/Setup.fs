namespace Asupersync.Model.Tests

open System
open System.IO
open System.Text.Json
open Xunit
open Asupersync.Kernel
open Asupersync.Kernel.Explore

/// The specification at hand, and what several tests ask for.
[<RequireQualifiedAccess>]
module Setup =

    /// The value, or a failed test with the problem's words.
    let demand (result: Result<'T, Problem>) : 'T =
        match result with
        | Ok value -> value
        | Error problem -> failwith $"{problem}"

    /// The folder spec/tla of this repository.
    let folder = lazy (demand (Models.find AppContext.BaseDirectory))

    /// A model by name.
    let model name = demand (Models.load folder.Value name)

    /// The rows of a JSON file beside the models.
    let private json file (read: JsonElement -> 'T) =
        use document = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Value, "mc", (file: string))))

        read document.RootElement

    /// True when the row of the manifest is about a module of its own, named in the row.
    let private isOwn (row: JsonElement) =
        let hasModule, _ = row.TryGetProperty "module"
        hasModule

    /// True when the row is about all states that satisfy an invariant: there is no graph to compare.
    let private isInductive (row: JsonElement) =
        let hasInvariant, _ = row.TryGetProperty "inductive"
        hasInvariant

    /// What the checker is known to find: model, distinct states, steps, depth, and whether there is a digest of its graph;
    /// models of fairness left out, since their graph is that of another model, models that start from every state of an
    /// invariant, and models of modules of their own.
    let counts =
        lazy
            (json "manifest.json" (fun root ->
                [ for row in root.GetProperty("models").EnumerateArray() do
                      let hasFairness, _ = row.TryGetProperty "fairness"
                      let isCounted, _ = row.TryGetProperty "compared"

                      if not hasFairness && not (isInductive row) && not (isOwn row) then
                          {| Model = row.GetProperty("model").GetString()
                             States = row.GetProperty("distinct").GetInt64()
                             // The checker generates the initial state, and then the target of every step.
                             Edges = row.GetProperty("generated").GetInt64() - 1L
                             Depth = row.GetProperty("depth").GetInt32()
                             HasDigest = not isCounted |} ]))

    /// The models whose graphs are compared by digest: model, distinct states, depth.
    let manifest =
        lazy
            (counts.Value
             |> List.filter _.HasDigest
             |> List.map (fun row -> row.Model, row.States, row.Depth))

    /// The models under fairness: name, and the one property that each asks about.
    let fairModels =
        lazy
            (json "manifest.json" (fun root ->
                [ for row in root.GetProperty("models").EnumerateArray() do
                      match row.TryGetProperty "fairness" with
                      | true, property -> row.GetProperty("model").GetString(), property.GetString()
                      | false, _ -> () ]))

    /// The models of modules of their own: module, model, distinct states, depth.
    let ownModels =
        lazy
            (json "manifest.json" (fun root ->
                [ for row in root.GetProperty("models").EnumerateArray() do
                      if isOwn row then
                          row.GetProperty("module").GetString(),
                          row.GetProperty("model").GetString(),
                          row.GetProperty("distinct").GetInt64(),
                          row.GetProperty("depth").GetInt32() ]))

    let private inductive =
        lazy
            (json "manifest.json" (fun root ->
                [ for row in root.GetProperty("models").EnumerateArray() do
                      if isInductive row then
                          row.GetProperty("model").GetString() ]))

    /// A fault of faults.json.
    type FaultRow =
        {
            /// The model it is planted in.
            Model: string
            /// Constants that have another value than in the model, as in a configuration file.
            With: (string * CfgValue) list
            /// The premise let go.
            Dropped: string
            /// The property that breaks, and the only one that does in the first state or step that is wrong.
            Violates: string
        }

    // Words stand without quotes there, since the file is JSON.
    let private overrides (text: string) =
        let quoted (value: string) =
            Text.RegularExpressions.Regex.Replace(value, "[A-Za-z]+", "\"$0\"")

        let lines =
            [ for part in text.Split(';', StringSplitOptions.RemoveEmptyEntries) do
                  let sides = part.Split('=', 2)
                  $"{sides[0].Trim()} = {quoted sides[1]}" ]

        demand (Cfg.constants (String.Join("\n", "CONSTANTS" :: lines)))

    /// Every fault that the checker is known to notice. The kernel has no part in one that weakens an invariant.
    let private allFaults =
        lazy
            (json "faults.json" (fun root ->
                [ for row in root.EnumerateArray() do
                      if not (List.contains (row.GetProperty("model").GetString()) inductive.Value) then
                          let hasOverrides, words = row.TryGetProperty "with"

                          { Model = row.GetProperty("model").GetString()
                            With = (if hasOverrides then overrides (words.GetString()) else [])
                            Dropped = row.GetProperty("dropped").GetString()
                            Violates = row.GetProperty("violates").GetString() } ]))

    let private isOwnModel name =
        ownModels.Value |> List.exists (fun (_, model, _, _) -> model = name)

    /// The faults in modules of their own.
    let ownFaults = lazy (allFaults.Value |> List.filter (fun row -> isOwnModel row.Model))

    let private isFair name =
        fairModels.Value |> List.exists (fun (model, _) -> model = name)

    /// The faults in the rules that states and steps show.
    let knownFaults =
        lazy
            (allFaults.Value
             |> List.filter (fun row -> not (isOwnModel row.Model || isFair row.Model)))

    /// The faults that only a whole run shows.
    let fairFaults = lazy (allFaults.Value |> List.filter (fun row -> isFair row.Model))

    /// The models whose graphs are compared.
    let names = lazy (manifest.Value |> List.map (fun (name, _, _) -> name))

    /// The models as test data.
    let rows = lazy TheoryData<string>(names.Value)

    /// More states than any model here has.
    let limit = 1_000_000

    /// A search for all of a bounded configuration.
    let search bounds = demand (Explorer.search bounds limit)

    /// One search per model serves several tests.
    let kernelGraph =
        let graphs = Collections.Concurrent.ConcurrentDictionary<string, Lazy<Graph>>()

        fun name ->
            graphs.GetOrAdd(name, (fun name -> lazy (demand (Graph.ofKernel (search (model name).Bounds))))).Value

    /// The labels of a path on one line.
    let path (actions: Action list) =
        actions |> List.map Label.text |> String.concat " "
