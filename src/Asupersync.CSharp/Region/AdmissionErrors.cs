namespace Asupersync;

/// <summary>Refusals at admission.</summary>
internal static class AdmissionErrors
{
    internal static RegionLimitException Full(RegionCell region, RegionLimit limit, int most) =>
        limit switch
        {
            RegionLimit.Tasks => new(
                "ASUP6001",
                limit,
                most,
                $"{region} has {most} children alive, as many as RegionLimits.Tasks admits. Use SpawnWhenAdmitted to wait for a place, "
                    + "or raise the limit."
            ),
            RegionLimit.Subregions => new(
                "ASUP6002",
                limit,
                most,
                $"the tasks of {region} have {most} regions open, as many as RegionLimits.Subregions admits. Open one when another is "
                    + "closed, or raise the limit."
            ),
            _ => new(
                "ASUP6003",
                limit,
                most,
                $"the tasks of {region} hold {most} obligations, as many as RegionLimits.Obligations admits. Resolve some first, or "
                    + "raise the limit."
            ),
        };
}
