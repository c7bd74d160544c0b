using Asupersync.Tests.Net;
using Xunit;

namespace Asupersync.Tests.Chance;

public sealed class RandomTests
{
    [Fact]
    public async Task The_same_seed_draws_the_same_numbers_in_every_task()
    {
        (RunSummary first, List<long> numbers) = await Draw(null);
        (RunSummary again, List<long> same) = await Draw(first.Seed);
        (_, List<long> other) = await Draw(first.Seed + 1);
        Assert.Equal(first.Seed, again.Seed);
        Assert.Equal(numbers, same);
        Assert.NotEqual(numbers, other);
        Assert.Equal(numbers.Count, numbers.Distinct().Count());
    }

    [Fact]
    public async Task The_numbers_of_a_seed_never_change()
    {
        (_, List<long> numbers) = await Draw(42);
        Assert.Equal([5648645923031793261, 6775598433474256277, 3069208793844055114], numbers.Take(3));
    }

    [Fact]
    public Task Every_form_stays_in_its_range() =>
        NetRun.Of(cx =>
        {
            Random random = cx.Random;
            Assert.Same(random, cx.Random);
            var seen = new HashSet<int>();
            for (int i = 0; i < 2000; i++)
            {
                seen.Add(random.Next(3, 8));
                Assert.InRange(random.Next(), 0, int.MaxValue - 1);
                Assert.InRange(random.Next(int.MinValue, int.MaxValue), int.MinValue, int.MaxValue - 1);
                Assert.InRange(random.NextInt64(), 0, long.MaxValue - 1);
                Assert.InRange(random.NextInt64(-5, 5), -5, 4);
                Assert.InRange(random.NextInt64(long.MinValue, long.MaxValue), long.MinValue, long.MaxValue - 1);
                Assert.InRange(random.NextDouble(), 0, 0.9999999999999999);
                Assert.InRange(random.NextSingle(), 0, 0.99999994f);
                Assert.Equal(0, random.Next(0));
                Assert.Equal(7, random.Next(7, 7));
                Assert.Equal(0, random.NextInt64(1));
            }

            Assert.Equal([3, 4, 5, 6, 7], seen.Order());
            byte[] bytes = new byte[1003];
            random.NextBytes(bytes);
            Assert.True(bytes.Distinct().Count() > 200);
            Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(2, 1));
            Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt64(-1));
            Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt64(2, 1));
            int[] shuffled = [.. Enumerable.Range(0, 100)];
            random.Shuffle(shuffled);
            Assert.Equal(Enumerable.Range(0, 100), shuffled.Order());
            Assert.NotEqual(Enumerable.Range(0, 100), shuffled);
            return Work.CompletedWork;
        });

    [Fact]
    public Task A_context_without_chance_is_refused_by_name() =>
        NetRun.Of(async cx =>
        {
            CapabilityException error = await NetRun.Fails<CapabilityException>(
                "ASUP3001",
                () => cx.Narrow(Capabilities.Time).Random.Next()
            );
            Assert.Contains("Random", error.Message, StringComparison.Ordinal);
        });

    private static async Task<(RunSummary Summary, List<long> Numbers)> Draw(ulong? seed)
    {
        var numbers = new List<long>();
        NetRun run = await NetRun.Record(
            async cx =>
            {
                numbers.Add(cx.Random.NextInt64());
                Child<long>[] children =
                [
                    .. Enumerable.Range(0, 5).Select(_ => cx.Spawn(cx => Work.FromResult(cx.Random.NextInt64()))),
                ];
                foreach (Child<long> child in children)
                {
                    numbers.Add(await child);
                }

                numbers.Add(cx.Random.NextInt64());
            },
            new RuntimeOptions { RandomSeed = seed }
        );
        return (run.Summary, numbers);
    }
}
