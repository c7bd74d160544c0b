namespace Asupersync.Kernel

/// "The spec says no", in one of the modules with a state of their own: which rule, and its first guard that failed. The
/// state is untouched.
[<Struct>]
type Refused<'Rule, 'Premise> =
    {
        /// The rule that was asked for.
        Rule: 'Rule
        /// The guard that failed.
        Premise: 'Premise
        /// The number in its code.
        Number: int
    }

    /// The stable code, for example ASUP1405 for FirstInLane.
    member this.Code = $"ASUP{this.Number}"

    /// Dispatch refused: FirstInLane (ASUP1405).
    override this.ToString() =
        $"{this.Rule} refused: {this.Premise} ({this.Code})"

/// Refusals of the modules with a state of their own.
[<RequireQualifiedAccess>]
module internal Refused =

    /// The refusal by a guard of a module, whose codes are its hundred and the number of the guard.
    let by (hundred: int) (rule: 'Rule) (premise: 'Premise when 'Premise: enum<int>) : Refused<'Rule, 'Premise> =
        { Rule = rule
          Premise = premise
          Number = hundred + LanguagePrimitives.EnumToValue premise }

    /// The first guard that fails; nothing when all hold. A dropped premise always holds.
    let check
        (hundred: int)
        (rule: 'Rule)
        (dropped: 'Premise when 'Premise: enum<int>)
        (guards: struct ('Premise * bool) list)
        : Refused<'Rule, 'Premise> voption =
        let rec first rest =
            match rest with
            | [] -> ValueNone
            | struct (premise, holds) :: _ when not holds && premise <> dropped -> ValueSome(by hundred rule premise)
            | _ :: others -> first others

        first guards
