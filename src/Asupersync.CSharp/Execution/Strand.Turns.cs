namespace Asupersync;

/// <content>
/// Whose turn it is, where several workers poll side by side. A strand that is at rest belongs to whoever moves it from there: that one
/// puts the piece in place and the strand in line. Otherwise the piece is sent as a parcel, which a poll takes in when it begins; one that
/// finds parcels at its end puts the strand in line again.
/// </content>
internal partial class Strand
{
    private const int AtRest = 0;
    private const int InLine = 1;
    private const int Polled = 2;
    private const int PolledWithMail = 3;

    /// <summary>Makes a piece ready that concerns nobody once the strand has ended. From any thread.</summary>
    internal void Tell(StrandItem news)
    {
        if (!Finished)
        {
            Send(news);
        }
    }

    private void Send(object item)
    {
        if (Interlocked.CompareExchange(ref _turn, InLine, AtRest) == AtRest)
        {
            PutReady(item);
            Scheduler.Enqueue(this);
            return;
        }

        IParcel parcel = item as IParcel ?? new Parcel(item);
        IParcel? last = Volatile.Read(ref _parcels);
        while (true)
        {
            parcel.Next = last;
            IParcel? seen = Interlocked.CompareExchange(ref _parcels, parcel, last);
            if (seen == last)
            {
                break;
            }

            last = seen;
        }

        Notify();
    }

    /// <summary>Makes sure that a poll begins after this, which then takes the parcels in.</summary>
    private void Notify()
    {
        while (true)
        {
            switch (Volatile.Read(ref _turn))
            {
                case Polled:
                    if (Interlocked.CompareExchange(ref _turn, PolledWithMail, Polled) == Polled)
                    {
                        return;
                    }

                    break;
                case AtRest:
                    if (Interlocked.CompareExchange(ref _turn, InLine, AtRest) == AtRest)
                    {
                        Scheduler.Enqueue(this);
                        return;
                    }

                    break;
                default:
                    return;
            }
        }
    }

    private void BeginTurn()
    {
        Interlocked.Exchange(ref _turn, Polled);
        _current = this;
        _queued = true; // Until the poll itself begins: what becomes ready before that needs no other poll.
        TakeParcels();
    }

    private void TakeParcels()
    {
        if (Volatile.Read(ref _parcels) is null)
        {
            return;
        }

        IParcel? parcel = Interlocked.Exchange(ref _parcels, null);
        IParcel? first = null;
        while (parcel is not null)
        {
            // The last one sent is on top.
            IParcel? earlier = parcel.Next;
            parcel.Next = first;
            first = parcel;
            parcel = earlier;
        }

        while (first is not null)
        {
            IParcel taken = first;
            first = taken.Next;
            taken.Next = null;
            PutReady(taken.Item);
        }
    }

    private void EndTurn()
    {
        if (_ready is not null)
        {
            Volatile.Write(ref _turn, InLine);
            Scheduler.Enqueue(this);
            return;
        }

        // The mail may be that which this poll took in when it began: a turn for nothing would be charged to the task.
        Interlocked.Exchange(ref _turn, AtRest);
        if (Volatile.Read(ref _parcels) is not null && Interlocked.CompareExchange(ref _turn, InLine, AtRest) == AtRest)
        {
            Scheduler.Enqueue(this);
        }
    }

    /// <summary>A piece that came while the strand was in line or polled.</summary>
    private sealed class Parcel(object item) : IParcel
    {
        public object Item { get; } = item;

        public IParcel? Next { get; set; }
    }
}
