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

    /// What the checker is known to find: model, distinct states, depth; models of fairness left out, since their graph is
    /// that of another model.
    let manifest =
        lazy
            (json "manifest.json" (fun root ->
                [ for row in root.GetProperty("models").EnumerateArray() do
                      let hasFairness, _ = row.TryGetProperty "fairness"

                      if not hasFairness then
                          row.GetProperty("model").GetString(),
                          row.GetProperty("distinct").GetInt64(),
                          row.GetProperty("depth").GetInt32() ]))

    /// The faults that the checker is known to notice: model, premise let go, property broken.
    let knownFaults =
        lazy
            (json "faults.json" (fun root ->
                [ for row in root.EnumerateArray() do
                      row.GetProperty("model").GetString(),
                      row.GetProperty("dropped").GetString(),
                      row.GetProperty("violates").GetString() ]))

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
