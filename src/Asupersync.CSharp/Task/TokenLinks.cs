namespace Asupersync;

/// <summary>The links between foreign tokens and one region, which end when that is closed. From any thread.</summary>
internal sealed class TokenLinks
{
    private readonly HashSet<TokenLink> _links = [];

    internal void Add(TokenLink link)
    {
        lock (_links)
        {
            _links.Add(link);
        }
    }

    internal void Remove(TokenLink link)
    {
        lock (_links)
        {
            _links.Remove(link);
        }
    }

    /// <summary>Ends all that are left.</summary>
    internal void End()
    {
        TokenLink[] left;
        lock (_links)
        {
            left = [.. _links];
        }

        foreach (TokenLink link in left)
        {
            link.Dispose();
        }
    }
}
