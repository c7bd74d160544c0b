using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>The fingerprint of the records in place, where workers change them side by side.</summary>
public class RunningHashTests
{
    private readonly Ledger _ledger = new(LimitsModule.standard, tracksFingerprint: true);

    public RunningHashTests() => _ledger.Tasks.Add(1, new Blank(), isNew: true);

    [Fact]
    public void Change_OfALinkWhileAnotherWorkerChangesThePhase_CountsThePhaseOnce()
    {
        // In the middle of the link's change, as another worker would that holds the gate of the task's own region.
        _ledger.Tasks.Change(1, new Link(() => _ledger.Tasks.Change(1, new Phase(TaskPhase.Running))));

        Assert.Equal(7, _ledger.Tasks[1].NextWaiter);
        Assert.Equal(Kernel.Fingerprint.ofTask(1, _ledger.Tasks[1]), _ledger.Fingerprint);
    }

    [Fact]
    public void Change_OfARetiredRecord_IsRefusedWhereAFingerprintIsKept()
    {
        _ledger.Tasks.Retire(1);

        var error = Assert.Throws<InvalidOperationException>(() =>
            _ledger.Tasks.Change(1, new Phase(TaskPhase.Running))
        );
        Assert.StartsWith("ASUP2901", error.Message, StringComparison.Ordinal);
    }

    private readonly struct Blank : IChange<TaskRecord>
    {
        public void Apply(ref TaskRecord record) => record = default;
    }

    private readonly struct Link(System.Action meanwhile) : IChange<TaskRecord>, ILinkChange
    {
        public void Apply(ref TaskRecord record)
        {
            meanwhile();
            record.NextWaiter = 7;
        }
    }

    private readonly struct Phase(TaskPhase phase) : IChange<TaskRecord>
    {
        public void Apply(ref TaskRecord record) => record.Phase = phase;
    }
}
