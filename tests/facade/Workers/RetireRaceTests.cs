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

    [Fact]
    public void Find_OfAnIdentifierWithoutAPage_ReadsAsRetired()
    {
        var scheduler = new Scheduler([new FifoLane(), new FifoLane()], TimeProvider.System);
        var pages = new RecordPages<ObligationRecord, ObligationBurial, IObligationHolder>(new Quiescence(scheduler));
        for (int i = 0; i < Records; i++)
        {
            pages.TakeId();
        }

        foreach (long id in (long[])[1, 255, 256, 4 * 256, Records])
        {
            Assert.Equal(ObligationPhase.Committed, pages.Find(id).Record.Phase);
        }

        Assert.Equal(0, pages.LivePages);
    }

    [Fact]
    public async Task Find_WhileRecordsComeAndGo_GivesOneOrNothing()
    {
        var scheduler = new Scheduler([new FifoLane(), new FifoLane()], TimeProvider.System);
        var pages = new RecordPages<ObligationRecord, ObligationBurial, IObligationHolder>(new Quiescence(scheduler));
        bool done = false;
        long found = 0;
        Task finding = Task.Run(() =>
        {
            while (!Volatile.Read(ref done))
            {
                // Those at the end may be on a page that does not exist yet.
                long last = pages.Count;
                for (long id = last; id > Math.Max(last - 300, 0); id--)
                {
                    (ObligationRecord record, IObligationHolder? cell) = pages.Find(id);
                    Assert.Null(cell);
                    Assert.InRange(record.Holder, 0, pages.Count);
                    found += record.Holder == id ? 1 : 0;
                }
            }
        });
        await OnThreads(_ =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                long id = pages.TakeId();
                Thread.SpinWait(id % 256 == 0 ? 50 : 1);
                pages.Place(id) = new ObligationRecord(ObligationKind.Lease, id, ObligationPhase.Reserved, 0, 0);
                Thread.SpinWait(5);
                pages.Retire(id);
            }
        });
        Volatile.Write(ref done, true);
        await finding.WaitAsync(TimeSpan.FromMinutes(1));
        Assert.True(found > 0);
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
