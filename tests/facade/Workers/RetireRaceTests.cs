using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>Several workers retire records of the same pages: a page goes when its last record does, and not before.</summary>
public class RetireRaceTests
{
    private const int Threads = 3;
    private const int Records = 32 * 256;

    [Fact]
    public async Task Retire_OfAllByAllThreads_DropsEveryPage()
    {
        int seed = Random.Shared.Next();
        var pages = await Filled();
        await RetireTwice(pages, seed, kept: 0);
        Assert.True(pages.LivePages == 0, $"seed {seed}: {pages.LivePages} pages are left");
    }

    [Fact]
    public async Task Retire_OfAllButOne_KeepsItsPageAndItsRecord()
    {
        int seed = Random.Shared.Next();
        const long Kept = 1_000;
        var pages = await Filled();
        await RetireTwice(pages, seed, Kept);
        Assert.True(pages.LivePages == 1, $"seed {seed}: {pages.LivePages} pages are left");
        Assert.Equal(Kept, pages[Kept].Holder);
        Assert.Equal(ObligationPhase.Reserved, pages[Kept].Phase);
    }

    /// <summary>Full pages, made by all threads. Nothing has the identifier 0, and the last page ends with the last record.</summary>
    private static async Task<RecordPages<ObligationRecord, ObligationBurial, IObligationHolder>> Filled()
    {
        var scheduler = new Scheduler([new FifoLane(), new FifoLane()], TimeProvider.System);
        var pages = new RecordPages<ObligationRecord, ObligationBurial, IObligationHolder>(new Quiescence(scheduler));
        await OnThreads(thread =>
        {
            for (int i = thread; i < Records - 1; i += Threads)
            {
                long id = pages.TakeId();
                pages.Place(id) = new ObligationRecord(ObligationKind.Lease, id, ObligationPhase.Reserved, 0, 0);
            }
        });
        Assert.Equal(Records - 1, pages.Count);
        Assert.Equal(Records / 256, pages.LivePages);
        return pages;
    }

    private static async Task RetireTwice(
        RecordPages<ObligationRecord, ObligationBurial, IObligationHolder> pages,
        int seed,
        long kept
    )
    {
        await OnThreads(thread =>
        {
            long[] ids = [.. Enumerable.Range(1, Records - 1).Select(id => (long)id).Where(id => id != kept)];
            new Random(seed + (thread / 2)).Shuffle(ids);
            foreach (long id in ids)
            {
                pages.Retire(id);
            }
        });
    }

    private static Task OnThreads(Action<int> work) =>
        Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(() => work(thread))))
            .WaitAsync(TimeSpan.FromMinutes(1));
}
