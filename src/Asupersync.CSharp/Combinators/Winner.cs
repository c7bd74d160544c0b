namespace Asupersync;

/// <summary>Which branch of a race ended first, and with what.</summary>
/// <typeparam name="T">The type of the value.</typeparam>
/// <param name="Branch">The place of the branch among those given, from 0.</param>
/// <param name="Value">Its value.</param>
public readonly record struct Winner<T>(int Branch, T Value);
