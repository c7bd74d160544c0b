namespace Asupersync;

/// <summary>Those who wait at a channel, in order of arrival, linked through themselves, so that any of them leaves at once.</summary>
internal sealed class WaitLine<TGot>(string words)
{
    private IWaiter<TGot>? _last;

    /// <summary>What a task in it waits for, for reports.</summary>
    internal string Words { get; } = words;

    /// <summary>Who came first, or null.</summary>
    internal IWaiter<TGot>? First { get; private set; }

    internal void Add(IWaiter<TGot> waiter)
    {
        ref LinePlace<TGot> place = ref waiter.Place;
        place.IsTaken = true;
        place.Previous = _last;
        if (_last is null)
        {
            First = waiter;
        }
        else
        {
            _last.Place.Next = waiter;
        }

        _last = waiter;
    }

    /// <summary>Takes a waiter out. False when it is not in the line any more.</summary>
    internal bool Remove(IWaiter<TGot> waiter)
    {
        ref LinePlace<TGot> place = ref waiter.Place;
        if (!place.IsTaken)
        {
            return false;
        }

        if (place.Previous is { } previous)
        {
            previous.Place.Next = place.Next;
        }
        else
        {
            First = place.Next;
        }

        if (place.Next is { } next)
        {
            next.Place.Previous = place.Previous;
        }
        else
        {
            _last = place.Previous;
        }

        place = default;
        return true;
    }

    /// <summary>Takes a waiter out with what it waited for.</summary>
    internal void Give(IWaiter<TGot> waiter, TGot got)
    {
        Remove(waiter);
        waiter.Get(got);
    }

    /// <summary>Takes a waiter out whose wait is in vain.</summary>
    internal void Fail(IWaiter<TGot> waiter, Exception exception)
    {
        Remove(waiter);
        waiter.Fail(exception);
    }
}
