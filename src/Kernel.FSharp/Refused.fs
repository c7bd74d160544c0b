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
    }

    /// Dispatch refused: FirstInLane.
    override this.ToString() = $"{this.Rule} refused: {this.Premise}"

/// Refusals of the modules with a state of their own.
[<RequireQualifiedAccess>]
module internal Refused =

    /// The first guard that fails; nothing when all hold. A dropped premise always holds.
    let check
        (rule: 'Rule)
        (dropped: 'Premise)
        (guards: struct ('Premise * bool) list)
        : Refused<'Rule, 'Premise> voption =
        let rec first rest =
            match rest with
            | [] -> ValueNone
            | struct (premise, holds) :: _ when not holds && premise <> dropped ->
                ValueSome { Rule = rule; Premise = premise }
            | _ :: others -> first others

        first guards
