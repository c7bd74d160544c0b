using System.Runtime.CompilerServices;

namespace Asupersync;

/// <summary>The code of a task, with or without a value: one that has none is called as it is, without a wrapper around it.</summary>
internal readonly struct Body<T>
{
    private readonly object? _code;

    /// <summary>The same body again.</summary>
    /// <param name="code">What <see cref="Code"/> gave.</param>
    internal Body(object? code) => _code = code;

    /// <summary>The delegate, for a place that holds other things as well.</summary>
    internal object? Code => _code;

    internal static Body<T> Of(Func<Cx, Work<T>> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return new Body<T>(code);
    }

    /// <summary>Calls the code.</summary>
    internal Work<T> Enter(Cx cx) =>
        _code is Func<Cx, Work<T>> code ? code(cx) : Plain(Unsafe.As<Func<Cx, Work>>(_code!)(cx).Inner);

    internal static Body<Nothing> Of(Func<Cx, Work> code)
    {
        ArgumentNullException.ThrowIfNull(code);
        return new Body<Nothing>(code);
    }

    /// <summary>Only ever called where T is Nothing.</summary>
    private static Work<T> Plain(Work<Nothing> work) => Unsafe.As<Work<Nothing>, Work<T>>(ref work);
}
