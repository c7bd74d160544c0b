namespace Asupersync.Kernel

/// What a trace is about: the initial state and the limits.
[<NoComparison; NoEquality>]
type TraceHeader =
    {
        /// Limits the rules read.
        Limits: Limits
        /// Policy of the root region.
        Policy: Policy
        /// Budget of the root region.
        Budget: Budget
    }

/// One label: the action, what it entailed, when it happened, and the hash of the state after it.
[<NoComparison; NoEquality>]
type TraceStep =
    {
        /// Position in the trace, from 1.
        Sequence: int64
        /// When it happened, in ticks of the runtime's clock.
        At: int64
        /// The rule with its arguments.
        Action: Action
        /// What happened with it, atomically.
        Consequences: Consequence list
        /// The state's fingerprint after the step; none when it was not recorded.
        Fingerprint: uint64 voption
    }

/// Why a trace was not accepted: the line or step, a stable code, and words that say what to do.
[<Struct>]
type TraceError =
    {
        /// Line of the file, or sequence number of the step.
        Line: int64
        /// ASUP10xx for a refused rule, ASUP12xx for the trace itself.
        Code: string
        /// What is wrong and what to do.
        Message: string
    }

    /// line 7: ASUP1203 ..., or, where the number is that of a step, step 7: ASUP1009 ...
    override this.ToString() =
        let isReplay =
            this.Code.StartsWith("ASUP10", System.StringComparison.Ordinal)
            || this.Code = "ASUP1206"
            || this.Code = "ASUP1207"

        let place = if isReplay then "step" else "line"
        $"{place} {this.Line}: {this.Code} {this.Message}"

/// A recorded run, first step first.
[<NoComparison; NoEquality>]
type Trace =
    {
        /// Where it begins.
        Header: TraceHeader
        /// Its steps, in order.
        Steps: TraceStep list
    }

/// Recording and replaying runs of the kernel.
[<RequireQualifiedAccess>]
module Trace =

    /// The initial state of a trace.
    let initial header =
        Kernel.initial header.Limits header.Policy header.Budget

    let private differs (step: TraceStep) (next: State) =
        if step.Consequences <> next.Consequences then
            let words consequences =
                consequences |> List.map string |> String.concat ", "

            Some
                { Line = step.Sequence
                  Code = "ASUP1206"
                  Message =
                    $"{step.Action.Rule} entails [{words next.Consequences}], the trace says [{words step.Consequences}]; "
                    + "the trace was changed, or the runtime took a step of its own" }
        else
            match step.Fingerprint with
            | ValueSome recorded when recorded <> next.Fingerprint ->
                Some
                    { Line = step.Sequence
                      Code = "ASUP1207"
                      Message =
                        $"after {step.Action.Rule} the state's hash is {next.Fingerprint:x16}, the trace says {recorded:x16}; "
                        + "a step before this one is missing or changed" }
            | _ -> None

    /// Takes one recorded step from a state: the next state, or why the step is not accepted.
    let accept (state: State) (step: TraceStep) : Result<State, TraceError> =
        match Kernel.step state step.Action with
        | Error refusal ->
            Error
                { Line = step.Sequence
                  Code = refusal.Code
                  Message = $"{refusal.Rule} is refused by {refusal.Premise}: {Premise.advice refusal.Premise}" }
        | Ok next ->
            match differs step next with
            | Some error -> Error error
            | None -> Ok next

    /// Replays a whole trace: the state it ends in, or the first step that is not accepted.
    let replay (trace: Trace) : Result<State, TraceError> =
        let rec go state steps =
            match steps with
            | [] -> Ok state
            | step :: rest ->
                match accept state step with
                | Ok next -> go next rest
                | Error error -> Error error

        go (initial trace.Header) trace.Steps

    /// Runs actions from the start and records them. Stops at the first refusal.
    let record header (actions: Action list) : Result<Trace, TraceError> =
        let rec go (state: State) sequence taken actions =
            match actions with
            | [] -> Ok { Header = header; Steps = List.rev taken }
            | action :: rest ->
                let bare =
                    { Sequence = sequence
                      At = 0L
                      Action = action
                      Consequences = []
                      Fingerprint = ValueNone }

                match Kernel.step state action with
                | Error refusal -> Error { Line = sequence; Code = refusal.Code; Message = $"{refusal}" }
                | Ok next ->
                    let step =
                        { bare with
                            Consequences = next.Consequences
                            Fingerprint = ValueSome next.Fingerprint }

                    go next (sequence + 1L) (step :: taken) rest

        go (initial header) 1L [] actions
