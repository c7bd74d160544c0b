using Asupersync.Kernel;

namespace Asupersync;

/// <summary>What one worker keeps while it takes steps: the effects not yet carried out, and what the rules ask of the store beside Σ.</summary>
internal sealed class StepContext
{
    private long _openObligations;
    private bool _pumping;

    /// <summary>Effects not yet carried out, oldest first.</summary>
    internal EffectQueue Effects { get; } = new();

    /// <summary>What the last step entailed.</summary>
    internal List<Consequence> Consequences { get; } = [];

    /// <summary>Labels of steps that were taken and not yet handed to the recorder.</summary>
    internal Queue<RecordedLabel> Labels { get; } = new();

    /// <summary>Kinds of the requests that steps entailed, to be counted outside of the gates.</summary>
    internal List<CancelKind> Entailed { get; } = [];

    /// <summary>The gates that are held, where it is more than one.</summary>
    internal List<RegionCell> Held { get; } = [];

    /// <summary>
    /// Obligations reserved here less those resolved here: the sum over all workers is how many are open. Written by its worker only.
    /// </summary>
    internal long OpenObligations
    {
        get => Volatile.Read(ref _openObligations);
        set => Volatile.Write(ref _openObligations, value);
    }

    /// <summary>Whether effects are being carried out. Written by its worker only.</summary>
    internal bool Pumping
    {
        get => Volatile.Read(ref _pumping);
        set => Volatile.Write(ref _pumping, value);
    }

    /// <summary>Whether every effect was carried out of the steps that the caller knows of. From any thread.</summary>
    internal bool IsCarriedOut => Effects.Count == 0 && !Pumping; // In this order: one is taken out while they are being carried out.

    internal long AtOncePoll { get; set; } = -1;

    internal int AtOnce { get; set; }

    internal TaskCell? LastEnded { get; set; }

    /// <summary>The identifiers that the step may give to what it makes; 0 where the next of the sequence is meant.</summary>
    internal long NewRegion { get; set; }

    /// <inheritdoc cref="NewRegion"/>
    internal long NewTask { get; set; }

    /// <inheritdoc cref="NewRegion"/>
    internal long NewObligation { get; set; }
}

/// <summary>A label with its place in the order of all steps.</summary>
internal readonly record struct RecordedLabel(long Ticket, long At, Kernel.Action Action, Consequence[] Consequences);
