using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Workers;

/// <summary>A task's cell keeps what is one of a few values in bytes.</summary>
public class CellTests
{
    [Fact]
    public void Values_OfWhatIsKeptInAByte_Fit()
    {
        Assert.InRange((int)Capabilities.All, 0, byte.MaxValue);
        Assert.All(Enum.GetValues<Capabilities>(), held => Assert.InRange((int)held, 0, byte.MaxValue));
        Assert.All(Enum.GetValues<Role>(), role => Assert.InRange((int)role, 0, byte.MaxValue));
        Assert.All(Enum.GetValues<Lane>(), lane => Assert.InRange((int)lane, 0, byte.MaxValue));
    }
}
