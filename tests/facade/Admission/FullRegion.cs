using Xunit;

namespace Asupersync.Tests.Admissions;

/// <summary>Regions with limits, and what tests do with them.</summary>
internal static class FullRegion
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    internal static RegionOptions Limited(int? tasks = null, int? subregions = null, int? obligations = null) =>
        new()
        {
            Name = "limited",
            Limits = new RegionLimits
            {
                Tasks = tasks,
                Subregions = subregions,
                Obligations = obligations,
            },
        };

    internal static async Work<bool> Admitted(Cx cx, Region region, System.Action runs)
    {
        await region.SpawnWhenAdmitted(
            cx,
            _ =>
            {
                runs();
                return Work.CompletedWork;
            }
        );
        return true;
    }

    /// <summary>Opens a region with one place, which a sleeping child takes, and lets a task beside it act.</summary>
    internal static async Work WithFullRegion(Cx cx, Func<Cx, Region, Child, Work> act)
    {
        Child running = default;
        Region? region = null;
        Outcome<int> outcome = await cx.ObserveRegion<int>(async top =>
        {
            Child<Outcome<int>> holder = top.Spawn(async c =>
                await c.ObserveRegion<int>(
                    async scope =>
                    {
                        region = scope.Region;
                        running = scope.Spawn(async t => await t.Sleep(1000 * Second));
                        await scope.Sleep(2000 * Second);
                        return 1;
                    },
                    Limited(tasks: 1)
                )
            );
            await top.Sleep(Second);
            await act(top, region!, running);
            region!.Cancel();
            await holder.Outcome();
            return 1;
        });
        outcome.GetOrThrow();
    }

    internal static async Work AssertOnePlaceIsFree(Cx cx, Region region)
    {
        Child child = region.Spawn(cx, async c => await c.Sleep(Second));
        Assert.Throws<RegionLimitException>(() => region.Spawn(cx, _ => Work.CompletedWork));
        await child.Outcome();
    }
}
