using Xunit;

namespace Asupersync.Tests;

/// <summary>Asserts on failures of work that is awaited inside of a task, where the assertions of the test framework would leave it.</summary>
internal static class Failures
{
    /// <summary>Awaits the work and asserts that it throws this type, or one derived from it.</summary>
    internal static async Work<TException> Throws<TException>(Func<Work> work)
        where TException : Exception
    {
        try
        {
            await work();
        }
        catch (TException exception)
        {
            return exception;
        }

        throw new Xunit.Sdk.XunitException($"{typeof(TException).Name} was expected, nothing was thrown");
    }

    /// <summary>As <see cref="Throws{TException}(Func{Work})"/>, for an error with a stable code.</summary>
    internal static async Work<TException> Throws<TException>(string code, Func<Work> work)
        where TException : AsupersyncException
    {
        TException exception = await Throws<TException>(work);
        Assert.Equal(code, exception.Code);
        Assert.StartsWith(code, exception.Message, StringComparison.Ordinal);
        return exception;
    }
}
