namespace Asupersync;

/// <summary>Waits of a channel in order of arrival, linked through themselves, so that any of them leaves at once.</summary>
internal sealed class WaitLine<T>(string words)
{
    /// <summary>What a task in it waits for, for reports.</summary>
    internal string Words { get; } = words;

    /// <summary>The wait that came first, or null.</summary>
    internal ChannelWait<T>? First { get; private set; }

    private ChannelWait<T>? _last;

    internal void Add(ChannelWait<T> wait)
    {
        wait.Previous = _last;
        if (_last is null)
        {
            First = wait;
        }
        else
        {
            _last.Next = wait;
        }

        _last = wait;
        wait.IsInLine = true;
    }

    /// <summary>Takes a wait out. False when it is not in the line any more.</summary>
    internal bool Remove(ChannelWait<T> wait)
    {
        if (!wait.IsInLine)
        {
            return false;
        }

        wait.IsInLine = false;
        if (wait.Previous is null)
        {
            First = wait.Next;
        }
        else
        {
            wait.Previous.Next = wait.Next;
        }

        if (wait.Next is null)
        {
            _last = wait.Previous;
        }
        else
        {
            wait.Next.Previous = wait.Previous;
        }

        wait.Previous = null;
        wait.Next = null;
        return true;
    }
}
