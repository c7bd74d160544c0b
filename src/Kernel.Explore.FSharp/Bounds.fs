namespace Asupersync.Kernel.Explore

open System
open Asupersync.Kernel

/// A bounded configuration as data. The fields are the constants of spec/tla/State.tla, by the same names, so that the
/// configuration file of a model means the same to the kernel as to the checker.
type Bounds =
    { MaxTasks: int
      MaxRegions: int
      MaxObligations: int
      MaxFinalizers: int
      MaskUnits: int
      MaskDepth: int
      Units: int list
      Kinds: CancelKind list
      Askers: int list
      CancelTasks: int list
      CancelRegions: int list
      Policies: Policy list
      RootPolicy: Policy
      Outcomes: Severity list
      ObligationKinds: ObligationKind list
      Reservers: int list
      Maskers: int list
      RootPolls: int
      RootCost: int
      SpawnPolls: int
      SpawnCost: int
      FinalizerPolls: int
      Costs: int list
      LimitedKinds: CancelKind list
      LimitedAllowance: int
      Dropped: Premise list }

/// One constant: how to show it and how to set it.
[<NoComparison; NoEquality>]
type Constant =
    {
        /// The name in spec/tla/State.tla.
        Name: string
        /// What it bounds, for people.
        Help: string
        /// True when its value is a set.
        IsSet: bool
        /// Its value in some bounds.
        Get: Bounds -> CfgValue
        /// The bounds with another value, or what is wrong with that.
        Set: CfgValue -> Bounds -> Result<Bounds, string>
    }

/// The table of constants. Everything that reads or writes bounds goes through it, so that no constant can be forgotten.
[<RequireQualifiedAccess>]
module Constant =

    let private number name help get set =
        { Name = name
          Help = help
          IsSet = false
          Get = get >> Number
          Set =
            fun value bounds ->
                match value with
                | Number number when number >= 0 -> Ok(set number bounds)
                | _ -> Error "a number from 0 to 2147483647" }

    let private collect item values =
        List.foldBack
            (fun value taken ->
                match taken, item value with
                | Some items, Some one -> Some(one :: items)
                | _ -> None)
            values
            (Some [])

    let private setOf name help show read expected get set =
        { Name = name
          Help = help
          IsSet = true
          Get = fun bounds -> Members(List.map show (get bounds))
          Set =
            fun value bounds ->
                match value with
                | Members values ->
                    match collect read values with
                    | Some items -> Ok(set (List.sort (List.distinct items)) bounds)
                    | None -> Error expected
                | _ -> Error expected }

    let private numbers name help get set =
        let read value =
            match value with
            | Number number when number >= 0 -> Some number
            | _ -> None

        setOf name help Number read "a set of numbers from 0" get set

    let private named<'E when 'E: struct and 'E :> Enum and 'E: (new: unit -> 'E) and 'E :> ValueType>
        (value: CfgValue)
        : 'E option =
        match value with
        | Text text when Enum.GetNames<'E>() |> Array.contains text -> Some(Enum.Parse<'E> text)
        | _ -> None

    let private show value = Text(string value)

    let private choices<'E when 'E: struct and 'E :> Enum and 'E: (new: unit -> 'E) and 'E :> ValueType> () =
        Enum.GetNames<'E>() |> String.concat ", "

    let private severity value =
        match named<Severity> value with
        | Some Severity.None -> None
        | found -> found

    let private premise value =
        match named<Premise> value with
        | Some Premise.None -> None
        | found -> found

    /// Every constant, in the order of spec/tla/State.tla.
    let all =
        [ number "MaxTasks" "tasks at most" _.MaxTasks (fun n b -> { b with MaxTasks = n })
          number "MaxRegions" "regions at most, the root included" _.MaxRegions (fun n b -> { b with MaxRegions = n })
          number "MaxObligations" "obligations at most" _.MaxObligations (fun n b -> { b with MaxObligations = n })
          number "MaxFinalizers" "finalizers waiting in one region at most" _.MaxFinalizers (fun n b ->
              { b with MaxFinalizers = n })
          number "MaskUnits" "units a masked section may ask for, at most" _.MaskUnits (fun n b ->
              { b with MaskUnits = n })
          number "MaskDepth" "masked sections inside one another, at most" _.MaskDepth (fun n b ->
              { b with MaskDepth = n })
          numbers "Units" "units that masked sections ask for" _.Units (fun v b -> { b with Units = v })
          setOf
              "Kinds"
              "cancel kinds that are requested"
              show
              named<CancelKind>
              (choices<CancelKind>())
              _.Kinds
              (fun v b -> { b with Kinds = v })
          numbers "Askers" "tasks that request cancellation; 0 is the environment" _.Askers (fun v b ->
              { b with Askers = v })
          numbers "CancelTasks" "tasks that requests name" _.CancelTasks (fun v b -> { b with CancelTasks = v })
          numbers "CancelRegions" "regions that requests name" _.CancelRegions (fun v b -> { b with CancelRegions = v })
          setOf "Policies" "policies of opened regions" show named<Policy> (choices<Policy>()) _.Policies (fun v b ->
              { b with Policies = v })
          { Name = "RootPolicy"
            Help = "policy of the root region"
            IsSet = false
            Get = fun bounds -> show bounds.RootPolicy
            Set =
              fun value bounds ->
                  match named<Policy> value with
                  | Some policy -> Ok { bounds with RootPolicy = policy }
                  | None -> Error(choices<Policy>()) }
          setOf
              "Outcomes"
              "severities that bodies end with"
              show
              severity
              "Ok, Err, Cancelled, Panicked"
              _.Outcomes
              (fun v b -> { b with Outcomes = v })
          setOf
              "ObligationKinds"
              "kinds of obligations"
              show
              named<ObligationKind>
              (choices<ObligationKind>())
              _.ObligationKinds
              (fun v b -> { b with ObligationKinds = v })
          numbers "Reservers" "tasks that reserve" _.Reservers (fun v b -> { b with Reservers = v })
          numbers "Maskers" "tasks that enter masked sections" _.Maskers (fun v b -> { b with Maskers = v })
          number "RootPolls" "poll quota of the root" _.RootPolls (fun n b -> { b with RootPolls = n })
          number "RootCost" "cost quota of the root" _.RootCost (fun n b -> { b with RootCost = n })
          number "SpawnPolls" "poll quota asked for by Spawn and OpenRegion" _.SpawnPolls (fun n b ->
              { b with SpawnPolls = n })
          number "SpawnCost" "cost quota asked for by Spawn and OpenRegion" _.SpawnCost (fun n b ->
              { b with SpawnCost = n })
          number "FinalizerPolls" "polls of one finalizer" _.FinalizerPolls (fun n b -> { b with FinalizerPolls = n })
          numbers "Costs" "amounts charged at once" _.Costs (fun v b -> { b with Costs = v })
          setOf
              "LimitedKinds"
              "kinds whose clean-up is limited"
              show
              named<CancelKind>
              (choices<CancelKind>())
              _.LimitedKinds
              (fun v b -> { b with LimitedKinds = v })
          number "LimitedAllowance" "clean-up polls of the limited kinds" _.LimitedAllowance (fun n b ->
              { b with LimitedAllowance = n })
          setOf "Dropped" "premises let go: a planted fault" show premise "names of premises" _.Dropped (fun v b ->
              { b with Dropped = v }) ]

/// Bounded configurations.
[<RequireQualifiedAccess>]
module Bounds =

    /// One task in one region, with nothing to do but to run: what options on a command line start from.
    let smallest =
        { MaxTasks = 1
          MaxRegions = 1
          MaxObligations = 0
          MaxFinalizers = 0
          MaskUnits = 1
          MaskDepth = 1
          Units = []
          Kinds = []
          Askers = []
          CancelTasks = []
          CancelRegions = []
          Policies = [ Policy.FailFast ]
          RootPolicy = Policy.FailFast
          Outcomes = [ Severity.Ok ]
          ObligationKinds = [ ObligationKind.Lease ]
          Reservers = []
          Maskers = []
          RootPolls = Quota.Unlimited
          RootCost = Quota.Unlimited
          SpawnPolls = Quota.Unlimited
          SpawnCost = Quota.Unlimited
          FinalizerPolls = Quota.Unlimited
          Costs = []
          LimitedKinds = []
          LimitedAllowance = 0
          Dropped = [] }

    /// The bounds with one constant set, or why that cannot be.
    let set name value (bounds: Bounds) =
        match Constant.all |> List.tryFind (fun constant -> constant.Name = name) with
        | None ->
            let known = Constant.all |> List.map _.Name |> String.concat ", "
            Error(Problem.constant $"there is no constant {name}; there are {known}")
        | Some constant ->
            constant.Set value bounds
            |> Result.mapError (fun expected ->
                Problem.constant $"{name} cannot be {Cfg.render value}; expected {expected}")

    /// The bounds that constants give. Every constant has to be there, and no other: a constant that one side knows alone
    /// would let kernel and model part ways.
    let ofConstants (given: (string * CfgValue) list) : Result<Bounds, Problem> =
        let assign bounds (name, value) = Result.bind (set name value) bounds
        let names = List.map fst given
        let missing = Constant.all |> List.map _.Name |> List.except names

        if not missing.IsEmpty then
            let words = String.concat ", " missing
            Error(Problem.constant $"the configuration gives no value to {words}")
        elif List.length (List.distinct names) < names.Length then
            Error(Problem.constant "the configuration gives a constant two values")
        else
            List.fold assign (Ok smallest) given

    /// The bounds of a model, from the text of its configuration file.
    let ofCfg (text: string) : Result<Bounds, Problem> =
        Cfg.constants text |> Result.bind ofConstants

    /// The constants as they stand in a configuration file.
    let toCfg (bounds: Bounds) =
        Constant.all
        |> List.map (fun constant -> $"    {constant.Name} = {Cfg.render (constant.Get bounds)}")
        |> List.append [ "CONSTANTS" ]
        |> String.concat "\n"

    let private cost units =
        if units = Quota.Unlimited then Quota.UnlimitedCost else int64 units

    /// The limits that the kernel's rules read.
    let limits (bounds: Bounds) : Limits =
        { MaskUnits = bounds.MaskUnits
          MaskDepth = bounds.MaskDepth
          FinalizerPolls = bounds.FinalizerPolls
          Allowance =
            fun kind ->
                if List.contains kind bounds.LimitedKinds then
                    bounds.LimitedAllowance
                else
                    Quota.Unlimited }

    /// The budget that every Spawn and OpenRegion asks for.
    let spawnBudget (bounds: Bounds) =
        { Budget.unlimited with
            Polls = bounds.SpawnPolls
            Cost = cost bounds.SpawnCost }

    /// The initial state.
    let initial (bounds: Bounds) =
        Kernel.initial
            (limits bounds)
            bounds.RootPolicy
            { Budget.unlimited with
                Polls = bounds.RootPolls
                Cost = cost bounds.RootCost }
