namespace Asupersync;

/// <summary>
/// The value of a <see cref="Work"/> that has no result; it lets one implementation serve both forms.
/// </summary>
internal readonly struct Nothing;
