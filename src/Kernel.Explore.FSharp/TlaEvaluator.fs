namespace Asupersync.Kernel.Explore

open System
open System.Collections.Generic

/// Gives definitions their meaning, each when it is first needed: values, and actions as ways to the next state.
[<Sealed>]
type internal TlaEvaluator(modules: TlaModule list, given: (string * TlaDatum ref) list) =

    let known = TlaDefinitions modules
    let routines = Dictionary<struct (string * bool), TlaRoutine>()
    let constants = dict given

    /// Compiles within one definition; names are places in its frame.
    member private this.Scope(owner: string, routine: TlaRoutine, initial: bool) =
        let slot () =
            routine.Size <- routine.Size + 1
            routine.Size - 1

        let rec meaning (scope: Map<string, TlaPlace>) (expression: TlaExpression) : TlaMeaning =
            let value = meaning scope

            match expression with
            | Literal datum -> TlaMeaning(fun _ _ -> datum)
            | Named name when scope.ContainsKey name ->
                match scope[name] with
                | Bound at -> TlaMeaning(fun _ frame -> frame[at])
                | Local(at, inner) ->
                    TlaMeaning(fun context frame ->
                        if isNull (box frame[at]) then
                            frame[at] <- inner.Invoke(context, frame)

                        frame[at])
            | Named name when known.Variable name >= 0 ->
                let at = known.Variable name

                if initial then
                    TlaMeaning(fun context _ -> context.Next[at])
                else
                    TlaMeaning(fun context _ -> context.Now[at])
            | Named name when not (known.Has name) && constants.ContainsKey name ->
                let datum = constants[name]
                TlaMeaning(fun _ _ -> datum.Value)
            | Named name -> call scope name []
            | Called(name, arguments) -> call scope name arguments
            | Primed name ->
                let at = known.Variable name

                TlaMeaning(fun context _ ->
                    if isNull (box context.Next[at]) then
                        TlaData.fail $"{name}' is read before it is set"

                    context.Next[at])
            | Listed items ->
                let items = items |> List.map value |> Array.ofList
                TlaMeaning(fun context frame -> Row(items |> Array.map (fun item -> item.Invoke(context, frame))))
            | SetOf items ->
                let items = items |> List.map value |> Array.ofList

                TlaMeaning(fun context frame ->
                    TlaData.set (items |> Array.map (fun item -> item.Invoke(context, frame))))
            | RecordOf fields ->
                let ordered = fields |> List.sortWith (fun (a, _) (b, _) -> String.CompareOrdinal(a, b))

                let names = ordered |> List.map fst |> Array.ofList
                let items = ordered |> List.map (snd >> value) |> Array.ofList

                TlaMeaning(fun context frame ->
                    Fields(names, items |> Array.map (fun item -> item.Invoke(context, frame))))
            | Filtered(name, range, condition) ->
                let at, range = slot (), value range
                let condition = meaning (scope.Add(name, Bound at)) condition

                TlaMeaning(fun context frame ->
                    range.Invoke(context, frame)
                    |> TlaData.members
                    |> Array.filter (fun item ->
                        frame[at] <- item
                        TlaData.isTrue (condition.Invoke(context, frame)))
                    |> TlaDatum.Members)
            | Image(item, ranges) ->
                let inner, each = over scope ranges
                let item = meaning inner item

                TlaMeaning(fun context frame ->
                    let found = List<TlaDatum>()

                    each context frame (fun () ->
                        found.Add(item.Invoke(context, frame))
                        true)
                    |> ignore

                    TlaData.set found)
            | FunctionOf(name, range, item) ->
                let at, range = slot (), value range
                let item = meaning (scope.Add(name, Bound at)) item

                TlaMeaning(fun context frame ->
                    let domain = TlaData.members (range.Invoke(context, frame))

                    let items =
                        domain
                        |> Array.map (fun argument ->
                            frame[at] <- argument
                            item.Invoke(context, frame))

                    let isRow =
                        domain
                        |> Array.indexed
                        |> Array.forall (fun (index, one) -> one = Whole(int64 index + 1L))

                    if isRow then
                        Row items
                    else
                        TlaData.record
                            [ for index in 0 .. domain.Length - 1 ->
                                  match domain[index] with
                                  | Word word -> word, items[index]
                                  | other -> TlaData.fail $"a function of %A{other} is not known here" ])
            | Except(changed, changes) ->
                let changed = value changed

                let changes =
                    [ for path, item in changes ->
                          [ for step in path ->
                                match step with
                                | Dot name -> TlaMeaning(fun _ _ -> Word name)
                                | At index -> value index ],
                          value item ]

                TlaMeaning(fun context frame ->
                    let rec at (path: TlaMeaning list) (item: TlaMeaning) old =
                        match path with
                        | [] ->
                            let outer = context.Old
                            context.Old <- old
                            let found = item.Invoke(context, frame)
                            context.Old <- outer
                            found
                        | step :: rest ->
                            let argument = step.Invoke(context, frame)
                            TlaData.replace old argument (at rest item (TlaData.apply old argument))

                    List.fold (fun old (path, item) -> at path item old) (changed.Invoke(context, frame)) changes)
            | Old -> TlaMeaning(fun context _ -> context.Old)
            | IfElse(condition, yes, no) ->
                let condition, yes, no = value condition, value yes, value no

                TlaMeaning(fun context frame ->
                    if TlaData.isTrue (condition.Invoke(context, frame)) then
                        yes.Invoke(context, frame)
                    else
                        no.Invoke(context, frame))
            | LetIn(defined, inner) ->
                let scope, slots = locals scope defined
                let inner = meaning scope inner

                TlaMeaning(fun context frame ->
                    for at in slots do
                        frame[at] <- Unchecked.defaultof<TlaDatum>

                    inner.Invoke(context, frame))
            | ForAll(ranges, condition) ->
                let inner, each = over scope ranges
                let condition = meaning inner condition

                TlaMeaning(fun context frame ->
                    Truth(each context frame (fun () -> TlaData.isTrue (condition.Invoke(context, frame)))))
            | Exists(ranges, condition) ->
                let inner, each = over scope ranges
                let condition = meaning inner condition

                TlaMeaning(fun context frame ->
                    Truth(not (each context frame (fun () -> not (TlaData.isTrue (condition.Invoke(context, frame)))))))
            | Conjunction items ->
                let items =
                    items
                    |> List.map (fun (item, text) -> struct (value item, text))
                    |> Array.ofList

                TlaMeaning(fun context frame ->
                    let mutable index = 0
                    let mutable holds = true

                    while holds && index < items.Length do
                        let struct (item, text) = items[index]

                        if not (TlaData.isTrue (item.Invoke(context, frame))) then
                            holds <- false
                            let struct (_, inner) = context.Refused

                            // The innermost says most.
                            if inner = "" then
                                context.Refused <- struct (owner, text)

                        index <- index + 1

                    Truth holds)
            | Disjunction items ->
                let items = items |> List.map value |> Array.ofList

                TlaMeaning(fun context frame ->
                    Truth(items |> Array.exists (fun item -> TlaData.isTrue (item.Invoke(context, frame)))))
            | Negation item ->
                let item = value item
                TlaMeaning(fun context frame -> Truth(not (TlaData.isTrue (item.Invoke(context, frame)))))
            | Infix("=>", premise, conclusion) ->
                let premise, conclusion = value premise, value conclusion

                TlaMeaning(fun context frame ->
                    Truth(
                        not (TlaData.isTrue (premise.Invoke(context, frame)))
                        || TlaData.isTrue (conclusion.Invoke(context, frame))
                    ))
            | Infix("\\in", item, Infix("..", low, high)) ->
                let item, low, high = value item, value low, value high

                TlaMeaning(fun context frame ->
                    let number = TlaData.whole (item.Invoke(context, frame))

                    Truth(
                        number >= TlaData.whole (low.Invoke(context, frame))
                        && number <= TlaData.whole (high.Invoke(context, frame))
                    ))
            | Infix(sign, left, right) ->
                let left, right = value left, value right
                let operate = TlaOperators.infix owner sign
                TlaMeaning(fun context frame -> operate (left.Invoke(context, frame)) (right.Invoke(context, frame)))
            | Applied(func, argument) ->
                let func, argument = value func, value argument

                TlaMeaning(fun context frame ->
                    TlaData.apply (func.Invoke(context, frame)) (argument.Invoke(context, frame)))
            | Selected(record, name) ->
                let record, name = value record, Word name
                TlaMeaning(fun context frame -> TlaData.apply (record.Invoke(context, frame)) name)
            | DomainOf item ->
                let item = value item
                TlaMeaning(fun context frame -> TlaData.domain (item.Invoke(context, frame)))
            | Unchanged _ -> raise (TlaTrouble $"{owner}: UNCHANGED stands where a value is needed")

        // Goes through all values of bound names while the visitor answers true; false when it did not.
        and over scope ranges =
            let singles =
                [ for bound in ranges do
                      for name in bound.Names do
                          name, slot (), bound.Range ]

            let rec go scope singles : Map<string, TlaPlace> * (TlaContext -> TlaDatum[] -> (unit -> bool) -> bool) =
                match singles with
                | [] -> scope, (fun _ _ visit -> visit ())
                | (name, at, range) :: rest ->
                    // The range of one bound name does not see the others.
                    let range = meaning scope range
                    let inner, each = go scope rest

                    inner.Add(name, Bound at),
                    fun context frame visit ->
                        range.Invoke(context, frame)
                        |> TlaData.members
                        |> Array.forall (fun item ->
                            frame[at] <- item
                            each context frame visit)

            go scope singles

        and locals scope defined =
            let slots = defined |> List.map (fun _ -> slot ())

            let inner =
                List.fold2
                    (fun (scope: Map<string, TlaPlace>) (name, expression) at ->
                        scope.Add(name, Local(at, meaning scope expression)))
                    scope
                    defined
                    slots

            inner, Array.ofList slots

        and call scope name arguments : TlaMeaning =
            let arguments = arguments |> List.map (meaning scope) |> Array.ofList

            if known.Has name then
                let called: TlaRoutine = this.Routine(name, false)

                if called.Arity <> arguments.Length then
                    raise (TlaTrouble $"{owner}: {name} has {called.Arity} arguments, not {arguments.Length}")

                TlaMeaning(fun context frame ->
                    called.Meaning.Invoke(context, this.Frame(called, arguments, context, frame)))
            else
                match TlaOperators.named name arguments.Length with
                | Some operate ->
                    TlaMeaning(fun context frame ->
                        operate (arguments |> Array.map (fun argument -> argument.Invoke(context, frame))))
                | None -> raise (TlaTrouble $"{owner}: nothing defines {name}")

        let rec step (scope: Map<string, TlaPlace>) (expression: TlaExpression) : TlaStep =
            let set at (item: TlaMeaning) =
                TlaStep(fun context frame go ->
                    let found = item.Invoke(context, frame)

                    if isNull (box context.Next[at]) then
                        context.Next[at] <- found
                        go.Invoke()
                        context.Next[at] <- Unchecked.defaultof<TlaDatum>
                    elif context.Next[at] = found then
                        go.Invoke())

            match expression with
            | Infix("=", Primed name, item) -> set (known.Variable name) (meaning scope item)
            | Infix("=", Named name, item) when initial && not (scope.ContainsKey name) && known.Variable name >= 0 ->
                set (known.Variable name) (meaning scope item)
            | Unchanged names ->
                let parts = names |> List.map known.Variable |> Array.ofList

                if Array.contains -1 parts then
                    raise (TlaTrouble $"{owner}: UNCHANGED names what is no variable")

                TlaStep(fun context _ go ->
                    let rec from index =
                        if index = parts.Length then
                            go.Invoke()
                        else
                            let at = parts[index]

                            if isNull (box context.Next[at]) then
                                context.Next[at] <- context.Now[at]
                                from (index + 1)
                                context.Next[at] <- Unchecked.defaultof<TlaDatum>
                            elif context.Next[at] = context.Now[at] then
                                from (index + 1)

                    from 0)
            | Conjunction items ->
                let items = items |> List.map (fun (item, text) -> conjunct scope item text) |> Array.ofList

                TlaStep(fun context frame go ->
                    let rec from index =
                        if index = items.Length then
                            go.Invoke()
                        else
                            items[index].Invoke(context, frame, (fun () -> from (index + 1)))

                    from 0)
            | Disjunction items ->
                let items = items |> List.map (step scope) |> Array.ofList

                TlaStep(fun context frame go ->
                    for item in items do
                        item.Invoke(context, frame, go))
            | IfElse(condition, yes, no) when initial || known.IsAct expression ->
                let condition, yes, no = meaning scope condition, step scope yes, step scope no

                TlaStep(fun context frame go ->
                    if TlaData.isTrue (condition.Invoke(context, frame)) then
                        yes.Invoke(context, frame, go)
                    else
                        no.Invoke(context, frame, go))
            | LetIn(defined, inner) when initial || known.IsAct expression ->
                let scope, slots = locals scope defined
                let inner = step scope inner

                TlaStep(fun context frame go ->
                    for at in slots do
                        frame[at] <- Unchecked.defaultof<TlaDatum>

                    inner.Invoke(context, frame, go))
            | Exists(ranges, inner) when initial || known.IsAct expression ->
                let innerScope, each = over scope ranges
                let inner = step innerScope inner

                TlaStep(fun context frame go ->
                    each context frame (fun () ->
                        inner.Invoke(context, frame, go)
                        true)
                    |> ignore)
            | Named name when not (scope.ContainsKey name) && known.IsAct expression -> take scope name []
            | Called(name, arguments) when known.IsAct expression -> take scope name arguments
            | _ -> conjunct scope expression ""

        // A condition that is no act is a guard.
        and conjunct scope expression text : TlaStep =
            let isGuard =
                match expression with
                | Infix("=", Named name, _) when initial && not (scope.ContainsKey name) && known.Variable name >= 0 ->
                    false
                | Conjunction _
                | Disjunction _ -> not (initial || known.IsAct expression)
                | Exists _ -> not (initial || known.IsAct expression)
                | _ -> not (known.IsAct expression)

            if isGuard then
                let guard = meaning scope expression

                TlaStep(fun context frame go ->
                    let before = context.Refused
                    context.Refused <- struct ("", "")

                    if TlaData.isTrue (guard.Invoke(context, frame)) then
                        context.Refused <- before
                        go.Invoke()
                    elif text = "" then
                        // A condition inside of a longer one; what was said before stands.
                        context.Refused <- before
                    else
                        let struct (_, inner) = context.Refused
                        context.Refused <- struct (owner, (if inner = "" then text else $"{text}: {inner}")))
            else
                step scope expression

        and take scope name arguments : TlaStep =
            let arguments = arguments |> List.map (meaning scope) |> Array.ofList
            let called: TlaRoutine = this.Routine(name, true)

            TlaStep(fun context frame go ->
                let inner = this.Frame(called, arguments, context, frame)

                if context.Depth = 0 then
                    context.Called <- struct (name, Array.truncate arguments.Length inner)

                context.Depth <- context.Depth + 1
                called.Step.Invoke(context, inner, go)
                context.Depth <- context.Depth - 1)

        struct (meaning, step)

    member private _.Frame(called: TlaRoutine, arguments: TlaMeaning[], context: TlaContext, frame: TlaDatum[]) =
        let inner = Array.zeroCreate called.Size

        for index in 0 .. arguments.Length - 1 do
            inner[index] <- arguments[index].Invoke(context, frame)

        inner

    /// A definition as a value, or as an action.
    member this.Routine(name: string, isStep: bool, ?initial: bool) : TlaRoutine =
        let key = struct (name, isStep)

        match routines.TryGetValue key with
        | true, found -> found
        | false, _ ->
            match known.Find name with
            | None -> raise (TlaTrouble $"nothing defines {name}")
            | Some definition ->
                let routine = TlaRoutine definition.Parameters.Length
                // Before it is compiled, since it may be recursive.
                routines[key] <- routine

                let scope =
                    definition.Parameters
                    |> List.mapi (fun index one -> one, Bound index)
                    |> Map.ofList

                let struct (meaning, step) = this.Scope(name, routine, defaultArg initial false)

                try
                    if isStep then
                        routine.Step <- step scope (known.Body name)
                    else
                        routine.Meaning <- meaning scope (known.Body name)
                with TlaTrouble _ ->
                    // So that the same is said when it is asked for again.
                    routines.Remove key |> ignore
                    reraise ()

                routine

    /// The names of the variables.
    member _.Variables = known.Variables

    /// Whatever an action leads to from a state, in the order in which the action speaks of it: what is called inside of it, with its
    /// arguments, and the next state.
    member this.Successors
        (action: string, context: TlaContext, ?initial: bool)
        : struct (string * TlaDatum[] * TlaDatum[]) list =
        let routine = this.Routine(action, true, defaultArg initial false)
        let found = List<struct (string * TlaDatum[] * TlaDatum[])>()

        routine.Step.Invoke(
            context,
            Array.zeroCreate routine.Size,
            fun () ->
                match context.Next |> Array.tryFindIndex (fun item -> isNull (box item)) with
                | Some at -> TlaData.fail $"{action} does not say what becomes of {known.Variables[at]}"
                | None ->
                    let struct (name, arguments) = context.Called
                    found.Add(struct (name, arguments, Array.copy context.Next))
        )

        List.ofSeq found
