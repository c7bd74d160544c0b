namespace Asupersync.Kernel.Explore

open System

/// What an evaluation reads and writes: the variables, those of the next state as far as they are set, and what a guard said last.
[<Sealed; AllowNullLiteral>]
type internal TlaContext(count: int) =
    /// The state.
    member val Now: TlaDatum[] = Array.zeroCreate count with get, set
    /// The next state; null where it is not set.
    member val Next: TlaDatum[] = Array.zeroCreate count with get, set
    /// The old value inside of EXCEPT.
    member val Old = Unchecked.defaultof<TlaDatum> with get, set
    /// The last guard that was false: its definition and its text.
    member val Refused = struct ("", "") with get, set
    /// The action that was called last by the one asked for: its name and arguments.
    member val Called = struct ("", Array.empty<TlaDatum>) with get, set
    /// How many actions are being called inside one another.
    member val Depth = 0 with get, set

/// Values of expressions, with local names in a frame.
type internal TlaMeaning = delegate of TlaContext * TlaDatum[] -> TlaDatum

/// Actions: calls back for every way to take one, with the next state set.
type internal TlaStep = delegate of TlaContext * TlaDatum[] * Action -> unit

/// A definition that was read.
[<AllowNullLiteral>]
type internal TlaRoutine(arity: int) =
    member _.Arity = arity
    member val Size = arity with get, set
    member val Meaning: TlaMeaning = null with get, set
    member val Step: TlaStep = null with get, set

/// Where a name is kept in the frame of a definition. What LET defines is evaluated when it is first asked for: it may make sense in
/// one branch only.
type internal TlaPlace =
    | Bound of int
    | Local of int * TlaMeaning
