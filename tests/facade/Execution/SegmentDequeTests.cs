using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>The line with two ends against a linked list.</summary>
public class SegmentDequeTests
{
    [Fact]
    public void Whatever_is_done_it_holds_what_a_linked_list_holds()
    {
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        var line = new SegmentDeque<string>();
        var list = new LinkedList<string>();
        int longest = 0;
        for (int i = 0; i < 200_000; i++)
        {
            // Phases of growing and of shrinking, so that segments come, go and come back at both ends.
            int growing = i / 5_000 % 2 == 0 ? 7 : 3;
            bool first = random.Next(2) == 0;
            if (random.Next(10) < growing)
            {
                string item = $"{i}";
                if (first)
                {
                    line.AddFirst(item);
                    list.AddFirst(item);
                }
                else
                {
                    line.AddLast(item);
                    list.AddLast(item);
                }
            }
            else if (list.Count > 0)
            {
                string expected = (first ? list.First : list.Last)!.Value;
                string taken = first ? line.TakeFirst() : line.TakeLast();
                Assert.True(expected == taken, $"seed {seed}, step {i}: {taken} instead of {expected}");
                list.Remove((first ? list.First : list.Last)!);
            }

            Assert.True(list.Count == line.Count, $"seed {seed}, step {i}: {line.Count} instead of {list.Count} items");
            longest = Math.Max(longest, list.Count);
        }

        Assert.True(longest > 1_000, $"seed {seed}: only {longest} items at once");
        while (list.First is { } next)
        {
            Assert.Equal(next.Value, line.TakeFirst());
            list.RemoveFirst();
        }

        Assert.Equal(0, line.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Once_warmed_up_a_line_that_fills_and_empties_allocates_nothing(bool fromTheEnd)
    {
        var line = new SegmentDeque<object>();
        var item = new object();
        long[] allocated = new long[21];
        for (int round = 0; round < allocated.Length; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 5_000; i++)
            {
                line.AddLast(item);
            }

            while (line.Count > 0)
            {
                _ = fromTheEnd ? line.TakeLast() : line.TakeFirst();
            }

            allocated[round] = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        // Most and not all: see TimersThreadTests.
        Assert.True(allocated[0] > 5_000 * IntPtr.Size);
        Assert.Equal(0, allocated.Skip(1).Order().ElementAt(10));
    }

    [Fact]
    public void What_was_taken_is_not_kept_alive()
    {
        var line = new SegmentDeque<object>();
        WeakReference[] taken = FillAndEmpty(line);

        GC.Collect();

        Assert.All(taken, reference => Assert.False(reference.IsAlive));
        GC.KeepAlive(line);
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference[] FillAndEmpty(SegmentDeque<object> line)
    {
        for (int i = 0; i < 300; i++)
        {
            line.AddLast(new object());
        }

        return
        [
            .. Enumerable.Range(0, 300).Select(i => new WeakReference(i % 2 == 0 ? line.TakeFirst() : line.TakeLast())),
        ];
    }
}
