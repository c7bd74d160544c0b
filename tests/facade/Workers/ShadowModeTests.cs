using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>What shadow mode accepts of a run, and that it notices one that is not as the kernel would have it.</summary>
public class ShadowModeTests
{
    [Fact]
    public async Task Accept_LabelsThatWorkersHandOverInAnyOrder_AreTakenInTheOrderOfTheSteps()
    {
        (TraceHeader header, RecordedLabel[] labels, ulong end) = await Record();

        Assert.Empty(Mismatches(header, labels, end));
        Assert.Empty(Mismatches(header, [.. labels.Reverse()], end));
        Assert.Empty(Mismatches(header, [.. labels.OrderBy(label => label.Ticket % 3)], end));
    }

    [Fact]
    public async Task Accept_StepsInAnotherOrder_AreNoticed()
    {
        (TraceHeader header, RecordedLabel[] labels, ulong end) = await Record();

        // The body of the program starts before it spawns.
        RecordedLabel[] swapped = [.. labels];
        (swapped[0], swapped[1]) = (labels[0] with { Ticket = 2 }, labels[1] with { Ticket = 1 });
        TraceError error = Assert.Single(Mismatches(header, swapped, end));

        Assert.Equal((1L, "ASUP1006"), (error.Line, error.Code));
    }

    [Fact]
    public async Task Accept_AStepThatIsMissing_IsNoticed()
    {
        (TraceHeader header, RecordedLabel[] labels, ulong end) = await Record();
        int complete = Array.FindIndex(labels, label => label.Action is Kernel.Action.Complete);
        RecordedLabel[] fewer =
        [
            .. labels
                .Where((_, index) => index != complete)
                .Select((label, index) => label with { Ticket = index + 1 }),
        ];

        Assert.Equal(complete + 1, Assert.Single(Mismatches(header, fewer, end)).Line);
    }

    [Fact]
    public async Task Accept_AConsequenceThatIsMissing_IsNoticed()
    {
        (TraceHeader header, RecordedLabel[] labels, ulong end) = await Record();
        int entails = Array.FindIndex(labels, label => label.Consequences.Length > 0);
        labels[entails] = labels[entails] with { Consequences = [] };

        TraceError error = Assert.Single(Mismatches(header, labels, end));

        Assert.Equal((entails + 1L, "ASUP1206"), (error.Line, error.Code));
    }

    [Fact]
    public async Task End_RecordsThatDiffer_AreNoticed()
    {
        (TraceHeader header, RecordedLabel[] labels, ulong end) = await Record();

        Assert.Equal("ASUP1207", Assert.Single(Mismatches(header, labels, end + 1)).Code);
    }

    /// <summary>A run in which a child leaks a permit, so that one step entails another.</summary>
    private static async Task<(TraceHeader Header, RecordedLabel[] Labels, ulong End)> Record()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                (Sender<int> sender, _) = Chan.Bounded<int>(1);
                await cx.Spawn(async c => await sender.Reserve(c)).Join();
            },
            RunSettings.OneWorker
        );
        RecordedLabel[] labels =
        [
            .. run.Steps.Select(step => new RecordedLabel(step.Sequence, step.At, step.Action, [.. step.Consequences])),
        ];
        return (TraceJson.readText(run.Text).ResultValue.Header, labels, run.Final.Fingerprint);
    }

    private static List<TraceError> Mismatches(TraceHeader header, RecordedLabel[] labels, ulong end)
    {
        var mismatches = new List<TraceError>();
        var recorder = new RunRecorder(null, header, mismatches.Add);
        foreach (RecordedLabel label in labels)
        {
            recorder.NextTicket();
            recorder.Accept(new Queue<RecordedLabel>([label]));
        }

        recorder.End(() => end);
        return mismatches;
    }
}
