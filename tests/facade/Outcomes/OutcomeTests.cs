using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Outcomes;

public class OutcomeTests
{
    [Fact]
    public async Task Outcome_PatternMatching_TellsTheFourCasesApart()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                Child<int> ok = cx.Spawn<int>(_ => Work.FromResult(1));
                Child<int> err = cx.Spawn<int>(_ => throw new FormatException("no"));
                Child<int> panicked = cx.Spawn<int>(_ => throw new PanicException("broken"));
                Child<int> cancelled = cx.Spawn<int>(_ => Work.FromResult(2));
                cancelled.Cancel("stop");
                string words = "";
                foreach (Child<int> child in new[] { ok, err, cancelled, panicked })
                {
                    words += Words(await child.Outcome()) + "; ";
                }

                return words;
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.Equal("value 1; error no; cancelled User: stop; panic broken; ", run.Value);

        static string Words(Outcome<int> outcome) =>
            outcome switch
            {
                Outcome<int>.Ok(var value) => $"value {value}",
                Outcome<int>.Err(var error) => $"error {error.Message}",
                Outcome<int>.Cancelled(var reason) => $"cancelled {reason.Kind}: {reason.Message}",
                Outcome<int>.Panicked(var panic) => $"panic {panic.Message}",
                _ => "impossible",
            };
    }

    [Fact]
    public async Task Severity_OfTheFourCases_IsInTheirOrder()
    {
        var reason = CancelReason.Of(CancelKind.User, 0, 0);
        Outcome<int>[] all =
        [
            new Outcome<int>.Ok(1),
            new Outcome<int>.Err(new FormatException()),
            new Outcome<int>.Cancelled(reason),
            new Outcome<int>.Panicked(new PanicException()),
        ];
        Assert.Equal(all, all.OrderBy(outcome => outcome.Severity));
        Assert.Equal([true, false, false, false], all.Select(outcome => outcome.IsOk));
        await Task.CompletedTask;
    }

    [Fact]
    public async Task GetOrThrow_EveryCase_GivesTheValueOrThrowsWhatWentWrong()
    {
        var reason = CancelReason.Create(CancelKind.Timeout, 0, 0, 5, "slow", null);
        var late = new FormatException("late");
        Assert.Equal(1, new Outcome<int>.Ok(1).GetOrThrow());
        Assert.Throws<FormatException>(() => new Outcome<int>.Err(new FormatException()).GetOrThrow());
        var cancelled = new Outcome<int>.Cancelled(reason) { LateError = late };
        CancelledException thrown = Assert.Throws<CancelledException>(() => cancelled.GetOrThrow());
        Assert.Same(reason, thrown.Reason);
        Assert.Same(late, thrown.InnerException);
        Assert.Throws<PanickedException>(() => new Outcome<int>.Panicked(late).GetOrThrow());
        await Task.CompletedTask;
    }

    [Fact]
    public async Task GetOrThrow_OfATask_KeepsTheStackTraceOfTheError()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(async c =>
                {
                    await c.Yield();
                    ThrowsHere();
                });
                FormatException error = await Failures.Throws<FormatException>(async () => await child.Join());
                Assert.Contains(nameof(ThrowsHere), error.StackTrace, StringComparison.Ordinal);
            },
            new RunSettings { Workers = 1, Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);

        static void ThrowsHere() => throw new FormatException();
    }

    [Fact]
    public async Task Outcome_OfARunWithAValue_IsTheBodysValue()
    {
        var run = await RecordedRun.Of<string>(
            async cx =>
            {
                await cx.Yield();
                return "value";
            },
            RunSettings.OneWorker
        );

        Assert.Equal(new Outcome<string>.Ok("value"), run.Outcome);
    }
}
