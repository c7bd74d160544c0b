namespace Asupersync.Kernel.Explore

/// Why something asked of the explorer could not be done: a stable code, and words that say what to do.
[<Struct>]
type Problem =
    {
        /// ASUP13xx.
        Code: string
        /// What is wrong and what to do.
        Message: string
    }

    /// ASUP1301 there is no model ...
    override this.ToString() = $"{this.Code} {this.Message}"

/// The problems there are, so that each code is given out once.
[<RequireQualifiedAccess>]
module Problem =

    let private make code message = { Code = code; Message = message }

    /// A model that spec/tla/mc does not have.
    let noModel = make "ASUP1301"

    /// A configuration file that cannot be read as one.
    let configuration = make "ASUP1302"

    /// A constant that is unknown, missing, or has a value out of range.
    let constant = make "ASUP1303"

    /// A graph dump that cannot be read as one.
    let dump = make "ASUP1304"

    /// A digest that cannot be read as one.
    let digest = make "ASUP1305"

    /// A digest that was made from other specification files than those at hand.
    let outdated = make "ASUP1306"

    /// A search that met its limit: what it found is no answer.
    let truncated = make "ASUP1307"

    /// A graph that is not the other one.
    let difference = make "ASUP1308"

    /// A premise that does not exist.
    let premise = make "ASUP1309"

    /// A file or folder that cannot be read or written.
    let file = make "ASUP1310"

    /// States and their texts that are not one to one: the projection, or the hash of states, leaves out too much.
    let projection = make "ASUP1311"

    /// A recorded run whose steps are all accepted, and which ends in a state that breaks an invariant: a bug of the kernel.
    let run = make "ASUP1312"

    /// A part of the specification's text that cannot be evaluated here.
    let text = make "ASUP1314"
