using Xunit;

namespace Asupersync.Tests.Observation;

/// <summary>Tests that listen to the whole process, and therefore run while no other test does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1052", Justification = "xunit needs the type.")]
public sealed class Alone;
