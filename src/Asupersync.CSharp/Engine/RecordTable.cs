using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A record's part of the fingerprint.</summary>
internal delegate ulong RecordHash<T>(long id, in T record);

/// <summary>The records of one kind, as the rules change them. Where a fingerprint is kept, nobody may write a retired one.</summary>
internal sealed class RecordTable<T>(T tombstone, Quiescence? workers, RunningHash? hash, RecordHash<T> part)
    : RecordPages<T>(tombstone, workers)
    where T : struct
{
    /// <summary>Sets a record.</summary>
    internal void Put(long id, in T record, bool isNew)
    {
        if (hash is null)
        {
            Put(id, record);
            return;
        }

        ulong old = isNew ? 0 : part(id, this[id]);
        Put(id, record);
        hash.Add(part(id, this[id]) - old);
    }

    /// <summary>Changes a record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Change<TChange>(long id, TChange change)
        where TChange : struct, IChange<T>
    {
        if (hash is null)
        {
            change.Apply(ref ForChange(id));
        }
        else
        {
            ChangeHashed(id, change, hash);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ChangeHashed<TChange>(long id, TChange change, RunningHash sum)
        where TChange : struct, IChange<T>
    {
        Guard(id);
        if (change is ILinkChange)
        {
            // Perhaps of a record whose region's gate is not held: the hash of the rest is another worker's affair.
            change.Apply(ref ForChange(id));
            return;
        }

        ulong old = part(id, this[id]);
        change.Apply(ref ForChange(id));
        sum.Add(part(id, this[id]) - old);
    }
}
