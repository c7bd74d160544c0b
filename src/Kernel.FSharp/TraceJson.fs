namespace Asupersync.Kernel

open System
open System.Security.Cryptography
open System.Text
open System.Text.Json

/// Traces as text: one JSON object a line, the header first, then one line a step (docs/trace-format.md). Writing knows one
/// spelling of everything, so equal traces are equal byte for byte; reading is strict and never throws.
[<RequireQualifiedAccess>]
module TraceJson =

    /// The first line of a trace, without the line's end.
    let writeHeader (header: TraceHeader) : string = TraceWriting.header header

    /// The line of one step, without the line's end.
    let writeStep (step: TraceStep) : string = TraceWriting.step step

    /// The lines of a trace.
    let write (trace: Trace) : string seq =
        seq {
            writeHeader trace.Header
            yield! Seq.map writeStep trace.Steps
        }

    /// A trace as one text; every line ends with a line feed.
    let writeText (trace: Trace) : string =
        let text = StringBuilder()

        for line in write trace do
            text.Append(line).Append '\n' |> ignore

        text.ToString()

    /// SHA-256, in hexadecimal digits, over the labels in order: rules, arguments and consequences, without the times of the steps
    /// and the hashes of states. Equal label sequences hash equal.
    let hash (trace: Trace) : string =
        use sha = IncrementalHash.CreateHash HashAlgorithmName.SHA256

        for step in trace.Steps do
            let line = StringBuilder "{"
            TraceWriting.number "seq" step.Sequence line
            TraceWriting.label step line
            sha.AppendData(Encoding.UTF8.GetBytes(line.Append("}\n").ToString()))

        Convert.ToHexStringLower(sha.GetHashAndReset())

    /// Reads one line, whatever it holds.
    let private guarded number (line: string) (read: JsonElement -> 'T) : Result<'T, TraceError> =
        let failed code message =
            Error { Line = number; Code = code; Message = message }

        if not (isNull line) && line.Length > TraceFormat.MaxLine then
            failed
                "ASUP1213"
                $"the line has {line.Length} characters, {TraceFormat.MaxLine} are read; this is no trace, or a reason in it is too long"
        else
            try
                use document = JsonDocument.Parse(if isNull line then "" else line)
                Ok(read document.RootElement)
            with
            | Flaw(code, message) -> failed code message
            // Text that is no JSON, and strings in it that are no UTF-16.
            | :? JsonException
            | :? ArgumentException
            | :? InvalidOperationException ->
                failed
                    "ASUP1203"
                    "the line is not one whole JSON object; the file was cut off or changed, so record it again"

    /// Reads a trace from its lines (without their ends). What is wrong first is named with its line and a stable code.
    let read (lines: string seq) : Result<Trace, TraceError> =
        let mutable number = 0L
        let mutable header = None
        let mutable failure = None
        let steps = ResizeArray<TraceStep>()

        try
            use source = lines.GetEnumerator()

            while failure.IsNone && source.MoveNext() do
                number <- number + 1L

                match header with
                | None ->
                    match guarded number source.Current TraceReading.header with
                    | Ok one -> header <- Some one
                    | Error error -> failure <- Some error
                | Some _ ->
                    match guarded number source.Current (TraceReading.step (number - 1L)) with
                    | Ok step -> steps.Add step
                    | Error error -> failure <- Some error
        with problem ->
            // The lines may come from a file or a network; their trouble is ours to report, not to throw.
            failure <-
                Some
                    { Line = number + 1L
                      Code = "ASUP1215"
                      Message = $"the line cannot be read: {problem.Message}; check the source of the trace" }

        match failure, header with
        | Some error, _ -> Error error
        | None, Some header -> Ok { Header = header; Steps = List.ofSeq steps }
        | None, None ->
            Error
                { Line = 1L
                  Code = "ASUP1201"
                  Message = "the trace is empty; begin with {\"trace\":\"asupersync\",...}" }

    /// The lines of a text, one after the other; a line feed ends a line, and the last line may lack it.
    let private linesOf (text: string) =
        seq {
            let mutable start = 0

            while start < text.Length do
                let feed = text.IndexOf('\n', start)
                let stop = if feed < 0 then text.Length else feed
                text.Substring(start, stop - start)
                start <- stop + 1
        }

    /// Reads a trace from one text.
    let readText (text: string) : Result<Trace, TraceError> =
        read (if isNull text then Seq.empty else linesOf text)
