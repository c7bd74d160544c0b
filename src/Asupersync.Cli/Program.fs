/// The command line: one file per command.
module Asupersync.Cli.Program

open System.CommandLine

let private root () =
    let root =
        RootCommand("Explores the kernel of Asupersync, and compares it with a model checker's graphs.")

    root.Subcommands.Add(GraphCommand.create ())
    root.Subcommands.Add(DigestCommand.create ())
    root.Subcommands.Add(CompareCommand.create ())
    root.Subcommands.Add(ReplayCommand.create ())
    root.Subcommands.Add(ValidateCommand.create ())
    root

/// Runs one command. 0: all is well; 1: a difference or a rejection; 2: the question was wrong.
[<EntryPoint>]
let main arguments =
    let parsed = root().Parse arguments

    if parsed.Errors.Count > 0 then
        for error in parsed.Errors do
            eprintfn "asupersync: ASUP1300 %s" error.Message

        eprintfn "See asupersync --help."
        Exit.Usage
    else
        parsed.Invoke()
