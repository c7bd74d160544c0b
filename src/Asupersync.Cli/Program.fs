/// Entry point of the `asupersync` command. It has no subcommand yet, so every call is a usage error.
module Asupersync.Cli.Program

[<Literal>]
let private UsageError = 2

[<EntryPoint>]
let main _ =
    eprintfn "usage: asupersync <command>"
    eprintfn "No command is available in this version."
    UsageError
