namespace Asupersync.Cli

open Asupersync.Kernel.Explore

/// What a command ends with.
[<RequireQualifiedAccess>]
module Exit =

    /// All is well.
    [<Literal>]
    let Ok = 0

    /// The answer is no: a difference, a rejection, or a search that is not complete.
    [<Literal>]
    let No = 1

    /// The question was wrong: an option, a name, a file.
    [<Literal>]
    let Usage = 2

    let private answers = set [ "ASUP1306"; "ASUP1307"; "ASUP1308"; "ASUP1311"; "ASUP1312" ]

    /// Reports a problem on the error stream; the exit code depends on whether it is an answer or a wrong question.
    let report (problem: Problem) =
        eprintfn "asupersync: %O" problem
        if answers.Contains problem.Code then No else Usage

    /// The exit code of a command that may have met a problem.
    let ofResult result =
        match result with
        | Result.Ok code -> code
        | Error problem -> report problem
