using Xunit;

namespace Asupersync.Stress;

/// <summary>Tests that load or measure the whole machine, one after the other.</summary>
[CollectionDefinition("One at a time", DisableParallelization = true)]
public sealed class OneAtATime;
