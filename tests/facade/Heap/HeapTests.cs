using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Heap;

public class HeapTests
{
    [Fact]
    public async Task Heap_ValueOfARegion_IsThereUntilItIsClosed()
    {
        var run = await RecordedRun.Of<(string, bool, HeapHandle<string>)>(async cx =>
        {
            HeapHandle<string> handle = default;
            string seen = await cx.OpenRegion(async scope =>
            {
                handle = scope.Heap.Add("order", 10);
                scope.Defer(() => Assert.Equal("order", handle.Value));
                Child<string> reader = scope.Spawn(async c =>
                {
                    await c.Yield();
                    return handle.Value;
                });
                return await reader;
            });
            return (seen, handle.TryGet(out _), handle);
        });

        (string seen, bool stillThere, HeapHandle<string> handle) = run.Value;
        Assert.Equal("order", seen);
        Assert.False(stillThere);
        Assert.False(handle.IsValid);
        Assert.Equal("ASUP6011", Assert.Throws<HeapException>(() => handle.Value).Code);
    }

    [Fact]
    public async Task Heap_HandleIntoAPlaceUsedAgain_DoesNotReadTheNewerValue()
    {
        var run = await RecordedRun.Of<(HeapHandle<string> Old, bool Newer)>(async cx =>
        {
            HeapHandle<string> old = await cx.OpenRegion(scope => Work.FromResult(scope.Heap.Add("old", 1)));
            return await cx.OpenRegion(scope =>
            {
                HeapHandle<string> newer = scope.Heap.Add("new", 1);
                Assert.NotEqual(old, newer);
                return Work.FromResult((old, !old.TryGet(out _) && newer.Value == "new"));
            });
        });

        Assert.True(run.Value.Newer);
        Assert.Equal("ASUP6011", Assert.Throws<HeapException>(() => run.Value.Old.Value).Code);
    }

    [Fact]
    public void Heap_EmptyHandle_IsRefusedByName()
    {
        HeapHandle<string> handle = default;

        Assert.False(handle.IsValid);
        Assert.Equal("ASUP6012", Assert.Throws<HeapException>(() => handle.Value).Code);
    }

    [Fact]
    public void Heap_BlockInItsLastGeneration_IsNotUsedAgain()
    {
        var block = new HeapBlock(uint.MaxValue);
        block.Put(0, "last");

        Assert.True(block.TryRead(0, uint.MaxValue, out object? value));
        Assert.Equal("last", value);
        Assert.False(block.Reclaim());
        Assert.False(block.TryRead(0, uint.MaxValue, out value));
        Assert.Null(value);
    }

    [Fact]
    public async Task Defer_DisposableValues_AreDisposedNewestFirstAmongTheFinalizers()
    {
        var log = new List<string>();
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.OpenRegion(async scope =>
            {
                scope.Heap.Add(new Resource("first", log), 0);
                scope.Defer(() => log.Add("finalizer"));
                scope.Heap.Add(new LaterResource("second", log), 0);
                scope.Spawn(async c =>
                {
                    await c.Sleep(TimeSpan.FromSeconds(1));
                    log.Add("child");
                });
            });
            log.Add("after");
        });

        Assert.True(run.Value);
        Assert.Equal(["child", "second", "finalizer", "first", "after"], log);
        Assert.Equal(3, run.CountOf(RuleName.Defer));
    }

    [Fact]
    public async Task Defer_DisposableValue_IsDisposedAfterACancellationToo()
    {
        var log = new List<string>();
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.ObserveRegion<int>(async scope =>
            {
                scope.Heap.Add(new Resource("socket", log), 0);
                scope.Region.Cancel();
                await scope.Sleep(TimeSpan.FromHours(1));
                return 1;
            });
        });

        Assert.True(run.Value);
        Assert.Equal(["socket"], log);
    }

    [Fact]
    public async Task Defer_ValueThatFailsToDispose_FailsTheRegionAndStopsNoOther()
    {
        var log = new List<string>();
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.OpenRegion(scope =>
            {
                scope.Heap.Add(new Resource("first", log), 0);
                scope.Heap.Add(new Resource("second", log) { Fails = true }, 0);
                return Work.CompletedWork;
            });
        });

        Assert.Equal("second", run.Error.Message);
        Assert.Equal(["second", "first"], log);
    }

    [Fact]
    public async Task Defer_DisposableAddedByAFinalizer_IsRefusedAndCountsForNothing()
    {
        var log = new List<string>();
        var run = await RecordedRun.Of<(string, long)>(async cx =>
        {
            (string, long) seen = default;
            await cx.OpenRegion(scope =>
            {
                scope.Defer(f =>
                {
                    RefusedException refused = Assert.Throws<RefusedException>(() =>
                        f.Heap.Add(new Resource("late", log), 5)
                    );
                    f.Heap.Add("plain", 2);
                    seen = (refused.Code, f.Heap.Bytes);
                    return Work.CompletedWork;
                });
                return Work.CompletedWork;
            });
            return seen;
        });

        Assert.Equal(("ASUP1031", 2L), run.Value);
        Assert.Empty(log);
    }

    [Fact]
    public async Task Limits_MoreBytesThanTheRegionMayHold_AreRefusedAndTheRestIsStillToBeHad()
    {
        var run = await RecordedRun.Of<RegionLimitException>(async cx =>
            await cx.OpenRegion(
                scope =>
                {
                    scope.Heap.AddArray<int>(20);
                    var refused = Assert.Throws<RegionLimitException>(() => scope.Heap.Add("much", 21));
                    Assert.Throws<RegionLimitException>(() => scope.Heap.Add("more", long.MaxValue));
                    scope.Heap.Add("little", 20);
                    Assert.Equal(100, scope.Heap.Bytes);
                    Assert.Equal(2, scope.Heap.Count);
                    return Work.FromResult(refused);
                },
                new RegionOptions
                {
                    Name = "small",
                    Limits = new RegionLimits { HeapBytes = 100 },
                }
            )
        );

        Assert.Equal("ASUP6004", run.Value.Code);
        Assert.Equal(RegionLimit.HeapBytes, run.Value.Limit);
        Assert.Equal(100, run.Value.Most);
        Assert.Contains("region 'small'", run.Value.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_MoreBytesThanCanBeCounted_AreRefused()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            cx.Heap.Add("most", long.MaxValue - 1);
            cx.Heap.Add("last", 1);
            Assert.Equal("ASUP6004", Assert.Throws<RegionLimitException>(() => cx.Heap.Add("more", 1)).Code);
            Assert.Equal(long.MaxValue, cx.Heap.Bytes);
            Assert.Equal(2, cx.Heap.Count);
            await cx.Yield();
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Limits_NegativeSizesAndLimits_AreRefusedByName()
    {
        var run = await RecordedRun.Of<(string, string, string)>(async cx =>
        {
            AsupersyncException limit = await Failures.Throws<AsupersyncException>(
                "ASUP6005",
                async () =>
                    await cx.OpenRegion(
                        _ => Work.CompletedWork,
                        new RegionOptions { Limits = new RegionLimits { HeapBytes = -1 } }
                    )
            );
            return (
                Assert.Throws<AsupersyncException>(() => cx.Heap.Add("x", -1)).Code,
                Assert.Throws<AsupersyncException>(() => cx.Heap.AddArray<long>(-1)).Code,
                limit.Code
            );
        });

        Assert.Equal(("ASUP6013", "ASUP6013", "ASUP6005"), run.Value);
    }

    [Fact]
    public async Task Heap_HelperThatOutlivesTheRegion_AddsNothing()
    {
        var goOn = new TaskCompletionSource();
        var late = new TaskCompletionSource<string>();
        var run = await RecordedRun.Of(async cx =>
        {
            await cx.OpenRegion(scope =>
            {
                _ = Helper(scope);
                return Work.CompletedWork;
            });
            goOn.SetResult();
            await late.Task;

            async Task Helper(Cx scope)
            {
                await goOn.Task;
                late.SetResult(Assert.Throws<HeapException>(() => scope.Heap.Add("late", 1)).Code);
            }
        });

        Assert.True(run.Value);
        Assert.Equal("ASUP6014", await late.Task);
    }

    [Fact]
    public void Heap_ReadBesideReclaimAndReuse_NeverGivesAnotherGenerationsValue()
    {
        const uint Generations = 200_000;
        var block = new HeapBlock();
        uint published = 0;
        long wrong = 0;
        var reader = new Thread(() =>
        {
            uint generation;
            while ((generation = Volatile.Read(ref published)) < Generations)
            {
                if (block.TryRead(3, generation, out object? value) && !Equals(value, generation))
                {
                    wrong++;
                }
            }
        });
        reader.Start();
        while (block.Generation < Generations)
        {
            block.Put(3, block.Generation);
            Volatile.Write(ref published, block.Generation);
            block.Reclaim();
        }

        Volatile.Write(ref published, Generations);
        reader.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Limits_ValuesAddedFromSeveralThreads_AreEachThereAndCountedOnce()
    {
        const int Each = 5_000;
        const int Threads = 4;
        const int Most = (Threads * Each) - 100;
        var region = new RegionCell(new Engine(new RuntimeOptions()), 1, null, "shared")
        {
            Limits = new RegionLimits { HeapBytes = Most },
        };
        var handles = new HeapHandle<int>?[Threads][];
        Thread[] adders =
        [
            .. Enumerable
                .Range(0, Threads)
                .Select(thread => new Thread(() =>
                {
                    handles[thread] = new HeapHandle<int>?[Each];
                    for (int i = 0; i < Each; i++)
                    {
                        try
                        {
                            region.Heap.SetAside(1);
                            handles[thread][i] = region.Heap.Put((thread * Each) + i);
                        }
                        catch (RegionLimitException)
                        {
                            // The last hundred find no room.
                        }
                    }
                })),
        ];
        Array.ForEach(adders, thread => thread.Start());
        Array.ForEach(adders, thread => thread.Join());

        Assert.Equal((Most, Most), (region.Heap.Count, region.Heap.Bytes));
        Assert.Equal(Most, handles.Sum(own => own.Count(handle => handle is not null)));
        Assert.All(Enumerable.Range(0, Threads * Each), i => Assert.Equal(i, handles[i / Each][i % Each]?.Value ?? i));
        region.ReclaimHeap();
        Assert.All(handles.SelectMany(own => own), handle => Assert.False(handle?.IsValid ?? false));
    }

    private sealed class Resource(string name, List<string> log) : IDisposable
    {
        internal bool Fails { get; init; }

        public void Dispose()
        {
            log.Add(name);
            if (Fails)
            {
                throw new IOException(name);
            }
        }
    }

    private sealed class LaterResource(string name, List<string> log) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Task.Yield();
            log.Add(name);
        }
    }
}
