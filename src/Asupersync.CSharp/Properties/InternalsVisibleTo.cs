using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Facade.Tests")]
