using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>What is buried reads the same whatever it was before: a burial writes every field.</summary>
public class BurialTests
{
    private static readonly CancelReason Reason = CancelReason.Of(CancelKind.Shutdown, 77, 77);
    private static readonly Kernel.Outcome Cancelled = OutcomeModule.cancelled(Reason);

    [Fact]
    public void Bury_OfARegionWithSomethingInEveryField_LeavesNothingOfIt() =>
        AssertBuried<RegionRecord, RegionBurial>(
            new RegionRecord(
                owner: 77,
                body: 77,
                phase: RegionPhase.Draining,
                reason: Reason,
                external: true,
                trigger: 77,
                policy: Policy.CollectAll,
                finalizers: 77,
                outcome: Cancelled,
                budget: new Budget(77, 77, 77, 77),
                live: 77,
                firstTask: 77,
                lastTask: 77
            )
        );

    [Fact]
    public void Bury_OfATaskWithSomethingInEveryField_LeavesNothingOfIt() =>
        AssertBuried<TaskRecord, TaskBurial>(
            new TaskRecord(
                region: 77,
                role: Role.Finalizer,
                phase: TaskPhase.Cancelling,
                started: false,
                waits: Target.Task(77),
                mask: 77,
                depth: 77,
                reason: Reason,
                echo: true,
                polls: 77,
                cost: 77,
                cleanup: 77,
                outcome: Cancelled,
                observed: false,
                deadline: 77,
                priority: 77,
                previousTask: 77,
                nextTask: 77,
                firstWaiter: 77,
                lastWaiter: 77,
                previousWaiter: 77,
                nextWaiter: 77,
                firstHeld: 77,
                lastHeld: 77
            )
        );

    [Fact]
    public void Bury_OfAnObligationWithSomethingInEveryField_LeavesNothingOfIt() =>
        AssertBuried<ObligationRecord, ObligationBurial>(
            new ObligationRecord(ObligationKind.Lease, 77, ObligationPhase.Leaked, 77, 77)
        );

    [Fact]
    public void Bury_ThatForgetsAField_IsSeen() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() =>
            AssertBuried<ObligationRecord, Forgetful>(
                new ObligationRecord(ObligationKind.Lease, 77, ObligationPhase.Leaked, 77, 77)
            )
        );

    private static void AssertBuried<T, TBurial>(T record)
        where T : struct
        where TBurial : struct, IBurial<T>
    {
        T empty = default;
        default(TBurial).Bury(ref empty);
        default(TBurial).Bury(ref record);

        // Of structs this compares field by field.
        Assert.True(ValueType.Equals(empty, record));
    }

    private readonly struct Forgetful : IBurial<ObligationRecord>
    {
        public void Bury(ref ObligationRecord record)
        {
            long holder = record.Holder;
            default(ObligationBurial).Bury(ref record);
            record.Holder = holder;
        }
    }
}
