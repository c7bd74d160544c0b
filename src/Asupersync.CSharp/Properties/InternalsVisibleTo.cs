using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Facade.Tests")]
[assembly: InternalsVisibleTo("Runtime.Benchmarks")]
[assembly: InternalsVisibleTo("Stress.Tests")]
