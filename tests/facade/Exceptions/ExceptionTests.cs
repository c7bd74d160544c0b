using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Exceptions;

public class ExceptionTests
{
    [Fact]
    public async Task Spawn_TheBodyThrowsBeforeItsFirstAwait_EndsTheTaskWithTheError()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child<int> child = cx.Spawn<int>(_ => throw new FormatException("factory"));
                Outcome<int>.Err outcome = Assert.IsType<Outcome<int>.Err>(await child.Outcome());
                Assert.Equal("factory", outcome.Error.Message);
                Child plain = cx.Spawn(Task (_) => throw new FormatException("plain factory"));
                Assert.IsType<Outcome<bool>.Err>(await plain.Outcome());
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task OpenRegion_TheBodyThrowsBeforeItsFirstAwait_ClosesTheRegionWithTheError()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            await Failures.Throws<FormatException>(async () =>
                await cx.OpenRegion(_ => throw new FormatException("factory"))
            );
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Spawn_NoBody_IsRefusedAtTheCall()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Assert.Throws<ArgumentNullException>(() => cx.Spawn((Func<Cx, Work>)null!));
            Assert.Throws<ArgumentNullException>(() => cx.Spawn((Func<Cx, Task>)null!));
            Assert.Throws<ArgumentNullException>(() => cx.Spawn((Func<Cx, Work<int>>)null!));
            Assert.Throws<ArgumentNullException>(() => cx.Spawn((Func<Cx, Task<int>>)null!));
            Assert.Throws<ArgumentNullException>(() => cx.Defer((Func<Cx, Work>)null!));
            Assert.Throws<ArgumentNullException>(() => cx.Defer((System.Action)null!));
            await Failures.Throws<ArgumentNullException>(async () => await cx.Mask(1, null!));
            await Failures.Throws<ArgumentNullException>(async () => await cx.OpenRegion(null!));
        });

        Assert.True(run.Value);
        Assert.Equal(0, run.CountOf(RuleName.Spawn));
        Assert.Throws<ArgumentNullException>(() =>
        {
            _ = AsupRuntime.RunAsync((Func<Cx, Work>)null!);
        });
    }

    [Fact]
    public async Task Spawn_ATaskBodyThatGivesNull_IsAPanic()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(Task (_) => null!);
                Assert.IsType<Outcome<bool>.Panicked>(await child.Outcome());
            },
            new RunSettings { Policy = Policy.CollectAll }
        );

        Assert.True(run.Value);
    }

    [Theory]
    [InlineData(typeof(NullReferenceException), true)]
    [InlineData(typeof(IndexOutOfRangeException), true)]
    [InlineData(typeof(InvalidCastException), true)]
    [InlineData(typeof(DivideByZeroException), true)]
    [InlineData(typeof(PanicException), true)]
    [InlineData(typeof(InvalidOperationException), false)]
    [InlineData(typeof(ArgumentException), false)]
    [InlineData(typeof(IOException), false)]
    public async Task Complete_AnException_IsAPanicOnlyWhenItIsADefect(Type type, bool panics)
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Yield();
                throw (Exception)Activator.CreateInstance(type)!;
            },
            RunSettings.OneWorker
        );

        Assert.Equal(panics ? Severity.Panicked : Severity.Err, run.Outcome.Severity);
    }

    [Fact]
    public async Task IsPanic_OfTheOptions_Decides()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Yield();
                throw new FormatException();
            },
            new RunSettings { Workers = 1, IsPanic = error => error is FormatException }
        );

        Assert.IsType<Outcome<bool>.Panicked>(run.Outcome);
    }

    [Fact]
    public async Task IsPanic_ThrowsItself_IsReportedAndCountsAsAPanic()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                await cx.Yield();
                throw new FormatException("first");
            },
            new RunSettings { Workers = 1, IsPanic = _ => throw new InvalidDataException("second") }
        );

        Assert.IsType<FormatException>(Assert.IsType<Outcome<bool>.Panicked>(run.Outcome).Panic);
        Assert.Contains("second", run.Report("ASUP2113").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AsyncVoid_Throws_IsReportedAndCancelsItsTask()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Child child = cx.Spawn(
                    async c =>
                    {
                        Forgotten();
                        await c.Sleep(TimeSpan.FromHours(1));
                    },
                    new SpawnOptions { Name = "careless" }
                );
                Outcome<bool>.Cancelled outcome = Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
                Assert.Equal(CancelKind.LinkedExit, outcome.Reason.Kind);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Outcome.IsOk);
        RuntimeReport report = run.Report("ASUP2106");
        Assert.Contains("'careless'", report.Message, StringComparison.Ordinal);
        Assert.Contains("nobody can await", report.Message, StringComparison.Ordinal);

        static async void Forgotten()
        {
            await Task.Yield();
            throw new FormatException("lost");
        }
    }

    [Fact]
    public async Task Post_ACallbackThrows_IsReportedAndCancelsItsTask()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            Child child = cx.Spawn(async c =>
            {
                SynchronizationContext.Current!.Post(_ => throw new FormatException("posted"), null);
                await c.Sleep(TimeSpan.FromHours(1));
            });
            Assert.IsType<Outcome<bool>.Cancelled>(await child.Outcome());
        });

        Assert.Contains("posted", run.Report("ASUP2106").Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_TheHandlerThrows_DoesNotStopTheRun()
    {
        var trace = new StringWriter();
        Outcome<int> outcome = await AsupRuntime
            .RunAsync<int>(
                async cx =>
                {
                    (Sender<int> tx, _) = Chan.Bounded<int>(1);
                    await tx.Reserve(cx);
                    return 1;
                },
                new RuntimeOptions { Trace = trace, Report = _ => throw new InvalidDataException("handler") }
            )
            .WaitAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(1, outcome.GetOrThrow());
        ShadowCheck.AssertQuiescent(ShadowCheck.Replay(trace.ToString()).Final);
    }

    [Fact]
    public async Task Await_WorkTwice_IsRefusedWithItsCode()
    {
        var run = await RecordedRun.Of(
            async cx =>
            {
                Work work = cx.Yield();
                await work;
                await Failures.Throws<AsupersyncException>("ASUP2001", async () => await work);
            },
            RunSettings.OneWorker
        );

        Assert.True(run.Value);
    }

    [Fact]
    public async Task Await_WorkOutsideOfATask_IsRefusedWithItsCode()
    {
        Work kept = default;
        await RecordedRun.Of(
            cx =>
            {
                kept = cx.Yield();
                return Work.CompletedWork;
            },
            RunSettings.OneWorker
        );
        AsupersyncException refused = await Assert.ThrowsAsync<AsupersyncException>(async () => await kept);
        Assert.Equal("ASUP2002", refused.Code);
    }
}
