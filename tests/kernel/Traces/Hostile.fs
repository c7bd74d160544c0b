/// Whatever text comes in, reading ends in a trace or in an error with its line and a stable code. Nothing is thrown.
module Asupersync.Kernel.Tests.HostileTests

open System
open System.Text.RegularExpressions
open FsCheck.FSharp
open Xunit
open Asupersync.Kernel

let private header = TraceJson.writeHeader Stories.header
let private start = "{\"seq\":1,\"at\":0,\"rule\":\"Start\",\"task\":1}"

/// A header with a piece of its text replaced.
let private headed (old: string) (other: string) =
    let changed = header.Replace(old, other)
    Expect.isTrue $"the header contains {old}" (changed <> header)
    [ changed ]

/// A step after a sound header.
let private step line = [ header; line ]

let private rule text =
    step ("{\"seq\":1,\"at\":0,\"rule\":" + text + "}")

let private link = "{\"kind\":\"User\",\"region\":0,\"task\":0}"

let private cancel reason =
    rule ("\"CancelRequest\",\"by\":0,\"target\":\"t1\",\"reason\":" + reason)

let private tooLong = "[" + String.Join(",", Seq.replicate (TraceFormat.MaxLinks + 1) link) + "]"

let private budget text =
    rule ("\"Spawn\",\"task\":1,\"region\":1,\"child\":2,\"budget\":" + text)

let private also text =
    step ("{\"seq\":1,\"at\":0,\"rule\":\"Start\",\"task\":1,\"also\":" + text + "}")

let private state text =
    step ("{\"seq\":1,\"at\":0,\"rule\":\"Start\",\"task\":1,\"state\":" + text + "}")

let private twoOutcomes =
    rule ("\"Complete\",\"task\":1,\"outcome\":{\"Cancelled\":[" + link + "],\"Ok\":1}")

/// What is wrong, the lines, and the line and code of the error.
let private table: (string * string list * int64 * string) list =
    [ "no line", [], 1L, "ASUP1201"
      "a step first", [ start ], 1L, "ASUP1201"
      "an array first", [ "[]" ], 1L, "ASUP1201"
      "a number first", [ "1" ], 1L, "ASUP1201"
      "another name", headed "asupersync" "other", 1L, "ASUP1202"
      "a later version", headed "\"version\":1" "\"version\":2", 1L, "ASUP1202"
      "an empty line first", [ ""; header ], 1L, "ASUP1203"
      "a line that is null", [ header; null ], 2L, "ASUP1203"
      "no JSON", [ "trace" ], 1L, "ASUP1203"
      "a line cut off", step (start.Substring(0, 20)), 2L, "ASUP1203"
      "more after the object", step (start + "x"), 2L, "ASUP1203"
      "two objects in a line", step (start + start), 2L, "ASUP1203"
      "a comment", step (start + "//"), 2L, "ASUP1203"
      "a comma too many", step (start.Replace("}", ",}")), 2L, "ASUP1203"
      "an empty line between", [ header; ""; start ], 2L, "ASUP1203"
      "half a character", cancel ("[" + link.Replace("}", ",\"message\":\"\\uD800\"}") + "]"), 2L, "ASUP1203"
      "half a character in a name", step (start.Replace("\"at\"", "\"\\uDC00\"")), 2L, "ASUP1203"
      "brackets without end", rule (String('[', 5000)), 2L, "ASUP1203"
      "an unknown rule", rule "\"Begin\",\"task\":1", 2L, "ASUP1204"
      "a rule in small letters", rule "\"start\",\"task\":1", 2L, "ASUP1204"
      "a rule by number", rule "\"2\",\"task\":1", 2L, "ASUP1204"
      "Leak by itself", rule "\"Leak\",\"obligation\":1", 2L, "ASUP1204"
      "no rule", step "{\"seq\":1,\"at\":0,\"task\":1}", 2L, "ASUP1205"
      "no sequence number", step "{\"at\":0,\"rule\":\"Start\",\"task\":1}", 2L, "ASUP1205"
      "no time", step "{\"seq\":1,\"rule\":\"Start\",\"task\":1}", 2L, "ASUP1205"
      "no argument", rule "\"Start\"", 2L, "ASUP1205"
      "no limits", headed "\"limits\"" "\"x-limits\"", 1L, "ASUP1205"
      "no allowance of a kind", headed "\"Shutdown\":50" "\"x-Shutdown\":50", 1L, "ASUP1205"
      "no policy", headed "\"policy\":\"FailFast\"" "\"x-a\":1", 1L, "ASUP1205"
      "a link without its kind", cancel "[{\"region\":0,\"task\":0}]", 2L, "ASUP1205"
      "an outcome without its reason", rule "\"Complete\",\"task\":1,\"outcome\":{}", 2L, "ASUP1205"
      "an argument of another rule", rule "\"Start\",\"task\":1,\"region\":1", 2L, "ASUP1208"
      "an unknown field of the header", headed "\"policy\"" "\"extra\":1,\"policy\"", 1L, "ASUP1208"
      "an unknown field of the limits", headed "\"maskDepth\"" "\"other\":1,\"maskDepth\"", 1L, "ASUP1208"
      "an unknown kind in the table", headed "\"User\"" "\"Boredom\":1,\"User\"", 1L, "ASUP1208"
      "an unknown field of a link", cancel ("[" + link.Replace("}", ",\"cause\":1}") + "]"), 2L, "ASUP1208"
      "an unknown field of a budget", budget "{\"time\":1}", 2L, "ASUP1208"
      "an unknown outcome object", twoOutcomes, 2L, "ASUP1208"
      "a number as text", rule "\"Start\",\"task\":\"1\"", 2L, "ASUP1209"
      "a number with a point", rule "\"Start\",\"task\":1.5", 2L, "ASUP1209"
      "a number with an exponent", rule "\"Start\",\"task\":1e3", 2L, "ASUP1209"
      "a task that is null", rule "\"Start\",\"task\":null", 2L, "ASUP1209"
      "a rule that is a number", rule "2,\"task\":1", 2L, "ASUP1209"
      "a step that is an array", step "[1]", 2L, "ASUP1209"
      "a reason that is an object", cancel link, 2L, "ASUP1209"
      "a link that is a number", cancel "[1]", 2L, "ASUP1209"
      "a message that is null", cancel ("[" + link.Replace("}", ",\"message\":null}") + "]"), 2L, "ASUP1209"
      "a target that is a number", rule "\"JoinReady\",\"waiter\":1,\"target\":1", 2L, "ASUP1209"
      "a budget that is a number", budget "7", 2L, "ASUP1209"
      "consequences that are text", also "\"Leak(o1)\"", 2L, "ASUP1209"
      "a hash that is a number", state "1", 2L, "ASUP1209"
      "limits that are an array", headed "\"limits\":{" "\"limits\":[],\"x-limits\":{", 1L, "ASUP1209"
      "a name that is a number", headed "\"asupersync\"" "1", 1L, "ASUP1209"
      "task 0", rule "\"Start\",\"task\":0", 2L, "ASUP1210"
      "a negative task", rule "\"Start\",\"task\":-1", 2L, "ASUP1210"
      "a task beyond 64 bits", rule "\"Start\",\"task\":9223372036854775808", 2L, "ASUP1210"
      "region 0", rule "\"CloseBegin\",\"region\":0", 2L, "ASUP1210"
      "obligation 0", rule "\"Commit\",\"task\":1,\"obligation\":0", 2L, "ASUP1210"
      "a negative asker",
      rule ("\"CancelRequest\",\"by\":-1,\"target\":\"t1\",\"reason\":[" + link + "]"),
      2L,
      "ASUP1210"
      "a negative time", step (start.Replace("\"at\":0", "\"at\":-1")), 2L, "ASUP1210"
      "sequence number 0", step (start.Replace("\"seq\":1", "\"seq\":0")), 2L, "ASUP1210"
      "a negative quota", budget "{\"polls\":-1}", 2L, "ASUP1210"
      "polls beyond 32 bits", budget "{\"polls\":2147483648}", 2L, "ASUP1210"
      "priority 256", budget "{\"priority\":256}", 2L, "ASUP1210"
      "negative units", rule "\"MaskEnter\",\"task\":1,\"units\":-1", 2L, "ASUP1210"
      "a negative limit", headed "\"maskUnits\":1000" "\"maskUnits\":-1", 1L, "ASUP1210"
      "a negative version", headed "\"version\":1" "\"version\":-1", 1L, "ASUP1210"
      "an unknown policy", headed "FailFast\"}" "Ignore\"}", 1L, "ASUP1210"
      "an unknown kind of reason", cancel "[{\"kind\":\"Boredom\",\"region\":0,\"task\":0}]", 2L, "ASUP1210"
      "an unknown kind of obligation", rule "\"Reserve\",\"task\":1,\"obligation\":1,\"kind\":\"Debt\"", 2L, "ASUP1210"
      "a reason without links", cancel "[]", 2L, "ASUP1210"
      "an unknown outcome", rule "\"Complete\",\"task\":1,\"outcome\":\"None\"", 2L, "ASUP1210"
      "Cancelled without a reason", rule "\"Complete\",\"task\":1,\"outcome\":\"Cancelled\"", 2L, "ASUP1210"
      "a target without a letter", rule "\"JoinReady\",\"waiter\":1,\"target\":\"1\"", 2L, "ASUP1210"
      "an empty target", rule "\"JoinReady\",\"waiter\":1,\"target\":\"\"", 2L, "ASUP1210"
      "a target with a sign", rule "\"JoinReady\",\"waiter\":1,\"target\":\"t+1\"", 2L, "ASUP1210"
      "a target with a zero before", rule "\"JoinReady\",\"waiter\":1,\"target\":\"t01\"", 2L, "ASUP1210"
      "a target beyond 64 bits", rule "\"JoinReady\",\"waiter\":1,\"target\":\"r9223372036854775808\"", 2L, "ASUP1210"
      "a region to wait for", rule "\"JoinBlock\",\"waiter\":1,\"target\":\"r1\"", 2L, "ASUP1210"
      "an unknown consequence", also "[\"Spawn(t1)\"]", 2L, "ASUP1210"
      "a consequence on the wrong thing", also "[\"Leak(t1)\"]", 2L, "ASUP1210"
      "a consequence cut off", also "[\"Leak(o1\"]", 2L, "ASUP1210"
      "a consequence on nothing", also "[\"Leak(o0)\"]", 2L, "ASUP1210"
      "an empty consequence", also "[\"\"]", 2L, "ASUP1210"
      "a short hash", state "\"0123\"", 2L, "ASUP1210"
      "a hash in capitals", state "\"0123456789ABCDEF\"", 2L, "ASUP1210"
      "a field twice in a step", rule "\"Start\",\"task\":1,\"task\":1", 2L, "ASUP1211"
      "a field twice under an escape", rule "\"Start\",\"task\":1,\"t\\u0061sk\":2", 2L, "ASUP1211"
      "a field twice in the header", headed "\"policy\"" "\"version\":1,\"policy\"", 1L, "ASUP1211"
      "a field twice in a link", cancel ("[" + link.Replace("}", ",\"task\":0}") + "]"), 2L, "ASUP1211"
      "a field twice in a budget", budget "{\"polls\":1,\"polls\":1}", 2L, "ASUP1211"
      "a kind twice in the table", headed "\"User\":1000" "\"User\":1000,\"User\":1000", 1L, "ASUP1211"
      "a step twice", [ header; start; start ], 3L, "ASUP1212"
      "a step missing", [ header; start.Replace("\"seq\":1", "\"seq\":2") ], 2L, "ASUP1212"
      "a header twice", [ header; header ], 2L, "ASUP1205"
      "a line too long", [ header; start + String(' ', TraceFormat.MaxLine) ], 2L, "ASUP1213"
      "a chain too long", cancel tooLong, 2L, "ASUP1214" ]

let private errorOf (lines: string seq) =
    match TraceJson.read lines with
    | Error error -> error
    | Ok _ -> failwith "it was read"

[<Fact>]
let ``Every flaw has its line and its code`` () =
    let wrong =
        [ for what, lines, line, code in table do
              match TraceJson.read lines with
              | Error error when error.Line = line && error.Code = code -> ()
              | Error error -> $"{what}: {error}"
              | Ok _ -> $"{what}: it was read" ]

    Expect.equal [] wrong

[<Fact>]
let ``Every message says what to do`` () =
    for _, lines, _, _ in table do
        let message = (errorOf lines).Message
        Expect.isTrue $"advice after a semicolon in: {message}" (Regex.IsMatch(message, "; .{4,}"))

[<Fact>]
let ``A source that fails is an error of its own`` () =
    let lines =
        seq {
            header
            raise (IO.IOException "the disk is gone")
        }

    let error = errorOf lines
    Expect.equal (2L, "ASUP1215") (error.Line, error.Code)
    Expect.isTrue "the cause is told" (error.Message.Contains "the disk is gone")
    Expect.equal "ASUP1215" (errorOf null).Code

    Expect.equal
        "ASUP1201"
        (match TraceJson.readText null with
         | Error error -> error.Code
         | Ok _ -> "")

[<Fact>]
let ``The document lists the codes that reading and replay give, and no others`` () =
    let text = Repository.text "docs/trace-format.md"
    let listed = [ for found in Regex.Matches(text, @"(?m)^\| (ASUP12\d\d) ") -> found.Groups[1].Value ]
    let given = [ for _, _, _, code in table -> code ] @ [ "ASUP1206"; "ASUP1207"; "ASUP1215" ]
    Expect.equal (List.sort (List.distinct given)) (List.sort listed)

[<Fact>]
let ``A text cut off anywhere is read up to a whole line or is an error of its last line`` () =
    let text = TraceJson.writeText (Stories.record Stories.header Stories.small)

    for length in 0 .. text.Length - 1 do
        let cut = text.Substring(0, length)
        let whole = cut.Split('\n').Length - 1

        match TraceJson.readText cut with
        | Ok trace ->
            Expect.isTrue
                "it ends with a whole line"
                (cut.EndsWith '\n' || text[length] = '\n' && trace.Steps.Length = whole)
        | Error error when cut.Length = 0 -> Expect.equal "ASUP1201" error.Code
        | Error error -> Expect.equal (int64 whole + 1L, "ASUP1203") (error.Line, error.Code)

[<Fact>]
let ``A text with a few characters changed is a trace or an error, never an exception`` () =
    let text = TraceJson.writeText (Stories.record Stories.header Stories.small)

    let changed =
        gen {
            let! count = Gen.choose (1, 4)
            let! places = Gen.listOfLength count (Gen.choose (0, text.Length - 1))

            let! characters =
                Gen.listOfLength count (Gen.elements (List.ofSeq "{}[]\",:\\0123456789-+.eEtrunfalsx\n\r \u0000\uD800"))

            let characters = Array.ofList characters
            let buffer = text.ToCharArray()
            places |> List.iteri (fun index place -> buffer[place] <- characters[index])
            return String buffer
        }

    let law (text: string) =
        match TraceJson.readText text with
        | Ok trace ->
            // What was read is sound enough to be written and replayed without a throw.
            Trace.replay trace |> ignore
            (TraceJson.writeText trace).Length > 0
        | Error error -> error.Line >= 1L && Regex.IsMatch(error.Code, "^ASUP12(0[1-5]|0[89]|1[0-5])$")

    Seed.check 1500 (Prop.forAll (Arb.fromGen changed) law)
