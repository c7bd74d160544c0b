using Asupersync.Kernel;

namespace Asupersync;

/// <summary>
/// The way in from code that knows only <see cref="CancellationToken"/>: cancels a region when the token trips. While it may still trip, a
/// runtime with nothing to do is no deadlock. It ends with its region at the latest.
/// </summary>
internal sealed class TokenLink : IDisposable
{
    private readonly Engine _engine;
    private readonly RegionCell _region;
    private readonly CancellationTokenRegistration _registration;
    private int _counted;

    internal TokenLink(TaskCell cell, CancellationToken token)
    {
        _engine = cell.Engine;
        _region = cell.Region;
        _region.Links.Add(this);
        _counted = token.CanBeCanceled ? 1 : 0;
        _engine.Scheduler.CountInput(_counted);
        _registration = token.UnsafeRegister(_ => _engine.Scheduler.Post(_ => Trip(), null), null);
    }

    /// <summary>Ends the link. From any thread.</summary>
    public void Dispose()
    {
        _region.Links.Remove(this);
        _registration.Unregister();
        if (_engine.Scheduler.IsCurrent)
        {
            StopCounting();
        }
        else
        {
            _engine.Scheduler.Post(_ => StopCounting(), null);
        }
    }

    private void Trip()
    {
        StopCounting();
        _engine.Cancel(null, Target.Region(_region.Id), CancelKind.User, "a linked CancellationToken was cancelled");
    }

    private void StopCounting()
    {
        if (Interlocked.Exchange(ref _counted, 0) != 0)
        {
            _engine.Scheduler.CountInput(-1);
        }
    }
}
