namespace Asupersync.Tests.Combinators;

/// <summary>Branches that tests race and join.</summary>
internal static class Branches
{
    internal static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Gives a value after some seconds.</summary>
    internal static Func<Cx, Work<T>> After<T>(int seconds, T value) =>
        async cx =>
        {
            await cx.Sleep(seconds * Second);
            return value;
        };

    /// <summary>Fails after some seconds.</summary>
    internal static Func<Cx, Work<int>> FailsAfter(int seconds, Exception exception) =>
        async cx =>
        {
            await cx.Sleep(seconds * Second);
            throw exception;
        };

    /// <summary>Gives a value after some turns of the scheduler.</summary>
    internal static Func<Cx, Work<T>> AfterTurns<T>(int turns, T value) =>
        async cx =>
        {
            for (int i = 0; i < turns; i++)
            {
                await cx.Yield();
            }

            return value;
        };

    /// <summary>Does not end by itself.</summary>
    internal static async Work<int> Never(Cx cx)
    {
        while (true)
        {
            await cx.Sleep(TimeSpan.FromHours(1));
        }
    }

    /// <summary>Does not end by itself, and when asked to it goes on for some seconds.</summary>
    internal static Func<Cx, Work<int>> Stubborn(int seconds) =>
        cx =>
            cx.Mask<int>(
                1_000,
                async masked =>
                {
                    for (int i = 0; i < seconds; i++)
                    {
                        await masked.Sleep(Second);
                    }

                    return await Never(masked);
                }
            );
}
