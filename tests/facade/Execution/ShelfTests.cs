using Xunit;

namespace Asupersync.Tests.Execution;

/// <summary>Free objects are kept for the next use, but not without end.</summary>
public class ShelfTests
{
    [Fact]
    public void Take_AfterPut_GivesTheSameOnceAndThenNewOnes()
    {
        Shelf<object> shelf = default;
        object first = shelf.Take();
        shelf.Put(first);

        Assert.Same(first, shelf.Take());
        Assert.NotSame(first, shelf.Take());
    }

    [Fact]
    public void Put_More_KeepsTheFirst256()
    {
        Shelf<object> shelf = default;
        object[] all = [.. Enumerable.Range(0, 300).Select(_ => new object())];
        foreach (object one in all)
        {
            shelf.Put(one);
        }

        object[] taken = [.. all.Select(_ => shelf.Take())];
        Assert.Equal(all.Take(256).Reverse(), taken.Take(256));
        Assert.DoesNotContain(taken.Skip(256), one => all.Contains(one));
    }
}
