namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic

/// The variables and definitions of modules; a module named later has the last word. Bodies are read when they are first asked for.
[<Sealed>]
type internal TlaDefinitions(modules: TlaModule list) =

    let variables = modules |> List.collect _.Variables |> List.distinct |> Array.ofList
    let definitions = Dictionary<string, TlaDefinition>()
    let bodies = Dictionary<string, TlaExpression>()
    let acts = Dictionary<string, bool>()

    do
        for one in modules do
            for definition in one.Definitions do
                definitions[definition.Name] <- definition

    let body name =
        match bodies.TryGetValue name with
        | true, found -> found
        | false, _ ->
            let found = (TlaParser definitions[name]).Body()
            bodies[name] <- found
            found

    let rec isAct (expression: TlaExpression) =
        match expression with
        | Unchanged _
        | Infix("=", Primed _, _) -> true
        | Conjunction items -> items |> List.exists (fst >> isAct)
        | Disjunction items -> items |> List.exists isAct
        | IfElse(_, yes, no) -> isAct yes || isAct no
        | LetIn(_, inner)
        | Exists(_, inner) -> isAct inner
        | Named name
        | Called(name, _) when definitions.ContainsKey name ->
            match acts.TryGetValue name with
            | true, found -> found
            | false, _ ->
                acts[name] <- false
                let found = isAct (body name)
                acts[name] <- found
                found
        | _ -> false

    /// The names of the variables.
    member _.Variables = variables

    /// Where a variable stands among them; below 0 when there is none of that name.
    member _.Variable(name: string) = Array.IndexOf(variables, name)

    /// Whether a module defines the name.
    member _.Has(name: string) = definitions.ContainsKey name

    /// The definition of a name.
    member _.Find(name: string) =
        match definitions.TryGetValue name with
        | true, found -> Some found
        | false, _ -> None

    /// What a name that is defined stands for.
    member _.Body(name: string) = body name

    /// Whether an expression says something of the next state that is not merely a comparison of its values.
    member _.IsAct(expression: TlaExpression) = isAct expression
