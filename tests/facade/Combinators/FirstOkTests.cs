using Asupersync.Kernel;
using Xunit;
using static Asupersync.Tests.Combinators.Branches;

namespace Asupersync.Tests.Combinators;

public class FirstOkTests
{
    [Fact]
    public async Task FirstOk_TheFirstFails_GivesTheFirstValue()
    {
        var run = await RecordedRun.Of<int>(async cx =>
        {
            int value = await cx.FirstOk(FailsAfter(1, new FormatException()), Never, After(2, 7), After(3, 8));
            Assert.Equal(2 * Second, cx.Elapsed);
            return value;
        });

        Assert.Equal(7, run.Value);
    }

    [Fact]
    public async Task FirstOk_AllFail_ThrowsTheFirstBranchOfTheWorst()
    {
        var run = await RecordedRun.Of<int>(async cx =>
            await cx.FirstOk(
                FailsAfter(2, new FormatException("by branch")),
                FailsAfter(1, new FormatException("by time")),
                FailsAfter(3, new FormatException("last"))
            )
        );

        Assert.Equal("by branch", run.Error.Message);
    }

    [Fact]
    public async Task FirstOk_OneIsCancelledAndOneFails_IsCancelled()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            CancelledException cancelled = await Failures.Throws<CancelledException>(async () =>
                await cx.FirstOk(
                    FailsAfter(1, new FormatException()),
                    async branch =>
                    {
                        Child<int> child = branch.Spawn(Never);
                        child.Cancel("enough");
                        return await child;
                    }
                )
            );
            Assert.Equal("enough", cancelled.Reason.Message);
        });

        Assert.True(run.Value);
    }

    [Fact]
    public async Task FirstOk_ABranchPanics_EndsAtOnce()
    {
        var run = await RecordedRun.Of(async cx =>
        {
            PanickedException panicked = await Failures.Throws<PanickedException>(async () =>
                await cx.FirstOk(Never, FailsAfter(1, new PanicException("broken")), After(2, 1))
            );
            Assert.Equal("broken", panicked.InnerException!.Message);
            Assert.Equal(Second, cx.Elapsed);
        });

        Assert.True(run.Value);
    }
}
