using Asupersync.Kernel;

namespace Asupersync;

/// <summary>What the handles of obligations have in common.</summary>
internal static class Obligations
{
    /// <summary>The task that runs now, when it is the one that has to resolve the obligation and still can.</summary>
    internal static TaskCell? HeldHere(Engine engine, long obligation)
    {
        if (TaskCell.Current is not { } task || task.Engine != engine)
        {
            return null;
        }

        ref readonly ObligationRecord record = ref engine.Ledger.Obligations[obligation];
        return record.Phase == ObligationPhase.Reserved && record.Holder == task.Id ? task : null;
    }

    /// <summary>Transfer by the task that runs now.</summary>
    internal static void Transfer(TaskCell task, long obligation, TaskCell receiver)
    {
        if (receiver.Engine != task.Engine)
        {
            throw new CapabilityException(
                "ASUP3004",
                $"{receiver} belongs to another runtime; an obligation is resolved in the runtime that it was reserved in."
            );
        }

        task.Engine.Transfer(task, obligation, receiver);
    }
}
