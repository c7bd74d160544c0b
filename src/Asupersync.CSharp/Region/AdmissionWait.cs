namespace Asupersync;

/// <summary>The wait of one task for a place in a region. A cancel request takes it out of the line.</summary>
internal sealed class AdmissionWait : WaitSource<bool>
{
    private readonly Admission _admission;
    private readonly int _ticket;

    internal AdmissionWait(Admission admission, TaskCell spawner)
    {
        _admission = admission;
        _ticket = Arm(spawner);
    }

    /// <summary>Where it stands in line; null when it does no longer.</summary>
    internal LinkedListNode<AdmissionWait>? Place { get; set; }

    /// <summary>Ends the wait. False when it was ended before.</summary>
    internal bool Give(bool place) => TryComplete(_ticket, place);

    private protected override bool OnCancel(object? reason)
    {
        _admission.GiveUp(this);
        return true;
    }
}
