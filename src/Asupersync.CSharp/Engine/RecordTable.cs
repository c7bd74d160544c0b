using System.Runtime.CompilerServices;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A record's part of the fingerprint.</summary>
internal delegate ulong RecordHash<T>(long id, in T record);

/// <summary>The records of one kind, as the rules change them. Where a fingerprint is kept, nobody may write a retired one.</summary>
internal sealed class RecordTable<T, TBurial, TCell>(Quiescence? workers, RunningHash? hash, RecordHash<T> part)
    : RecordPages<T, TBurial, TCell>(workers)
    where T : struct
    where TBurial : struct, IBurial<T>
    where TCell : class
{
    /// <summary>Adds a record when the identifier is the next one, or was taken before; else overwrites it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Add<TChange>(long id, TChange birth, bool isNew)
        where TChange : struct, IChange<T>
    {
        if (hash is null)
        {
            birth.Apply(ref Place(id));
        }
        else
        {
            AddHashed(id, birth, isNew, hash);
        }
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
    private void AddHashed<TChange>(long id, TChange birth, bool isNew, RunningHash sum)
        where TChange : struct, IChange<T>
    {
        ulong old = isNew ? 0 : part(id, this[id]);
        birth.Apply(ref Place(id));
        sum.Add(part(id, this[id]) - old);
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
