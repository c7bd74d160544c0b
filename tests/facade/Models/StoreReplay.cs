using Asupersync.Kernel;
using Asupersync.Kernel.Explore;
using Microsoft.FSharp.Core;
using Xunit;
using KAction = Asupersync.Kernel.Action;

namespace Asupersync.Tests.Models;

/// <summary>
/// Takes the same actions in the persistent store and in the facade's store, which writes in place, and compares after each: verdict,
/// effects, consequences, hash.
/// </summary>
internal sealed class StoreReplay
{
    private readonly Func<State, KAction, FSharpResult<State, Refusal>> _step;
    private readonly Ledger _ledger;
    private readonly StepContext _here = new();

    /// <summary>Both stores in the initial state of the bounds.</summary>
    /// <param name="bounds">The limits, and the root's policy and budget.</param>
    /// <param name="initial">The initial state.</param>
    /// <param name="step">The step relation of the persistent store; the kernel's, or one with a fault.</param>
    internal StoreReplay(Bounds bounds, State initial, Func<State, KAction, FSharpResult<State, Refusal>> step)
    {
        _step = step;
        _ledger = new Ledger(initial.Limits, tracksFingerprint: true);
        Step.initial(new LedgerStore(_ledger, _here), bounds.RootPolicy, initial.Region(1).Budget);
        Current = initial;
        CompareOutputs(null);
    }

    internal State Current { get; private set; }

    /// <summary>Takes an action, or sees it refused, in both.</summary>
    /// <returns>Whether it was taken.</returns>
    internal bool Take(KAction action)
    {
        ulong before = _ledger.Fingerprint;
        FSharpResult<State, Refusal> value = _step(Current, action);
        FSharpResult<LedgerStore, Refusal> place = Step.apply(new LedgerStore(_ledger, _here), action);
        if (value.IsOk != place.IsOk)
        {
            throw Differ(action, $"taken: {value.IsOk} and {place.IsOk}");
        }

        if (value.IsOk)
        {
            Current = value.ResultValue;
            CompareOutputs(action);
            return true;
        }

        if (value.ErrorValue.Rule != place.ErrorValue.Rule || value.ErrorValue.Premise != place.ErrorValue.Premise)
        {
            throw Differ(action, $"{value.ErrorValue} and {place.ErrorValue}");
        }

        if (_ledger.Fingerprint != before || _here.Effects.Count + _here.Consequences.Count != 0)
        {
            throw Differ(action, "refused, and the store in place is not as it was");
        }

        return false;
    }

    /// <summary>Compares every record with its links, and the hash of the records with the one kept up to date.</summary>
    internal void CompareRecords()
    {
        ulong sum = 0;
        foreach ((long id, RegionRecord record) in Current.Regions)
        {
            Same($"region {id}", record, _ledger.Regions[id]);
            sum += Fingerprint.ofRegion(id, record);
        }

        foreach ((long id, TaskRecord record) in Current.Tasks)
        {
            Same($"task {id}", record, _ledger.Tasks[id]);
            sum += Fingerprint.ofTask(id, record);
        }

        foreach ((long id, ObligationRecord record) in Current.Obligations)
        {
            Same($"obligation {id}", record, _ledger.Obligations[id]);
            sum += Fingerprint.ofObligation(id, record);
        }

        if (sum != _ledger.Fingerprint)
        {
            throw Differ(null, "the hash kept up to date is not that of the records");
        }
    }

    private void CompareOutputs(KAction? action)
    {
        if (Current.Fingerprint != _ledger.Fingerprint)
        {
            throw Differ(action, $"hash {Current.Fingerprint:x16} and {_ledger.Fingerprint:x16}");
        }

        if (!Current.Effects.SequenceEqual(_here.Effects.Waiting))
        {
            throw Differ(
                action,
                $"effects {string.Join(", ", Current.Effects)} and {string.Join(", ", _here.Effects.Waiting)}"
            );
        }

        if (!Current.Consequences.SequenceEqual(_here.Consequences))
        {
            throw Differ(
                action,
                $"consequences {string.Join(", ", Current.Consequences)} and {string.Join(", ", _here.Consequences)}"
            );
        }

        _here.Effects.Clear();
        _here.Consequences.Clear();
    }

    private static void Same<T>(string what, T value, T place)
        where T : struct
    {
        if (!value.Equals(place))
        {
            throw Differ(null, $"{what}: {value} and {place}");
        }
    }

    private static Xunit.Sdk.XunitException Differ(KAction? action, string words) =>
        new(
            $"the persistent store and the store in place differ{(action is null ? "" : $" about {Label.text(action)}")}: {words}"
        );
}
