namespace Asupersync;

/// <summary>Outcomes that are made so often that one object serves all.</summary>
internal static class Values
{
    internal static Outcome<T>.Ok Ok<T>(T value) =>
        typeof(T) == typeof(Nothing) ? Common<T>.Default
        : value is true ? Common<T>.True ??= new Outcome<T>.Ok(value)
        : new Outcome<T>.Ok(value);

    /// <summary>How something without a value ended; the value of Ok is true.</summary>
    internal static Outcome<bool> Done(Outcome<Nothing> outcome) =>
        outcome.IsOk ? Ok(true) : outcome.WithoutValue<bool>();

    private static class Common<T>
    {
        internal static readonly Outcome<T>.Ok Default = new(default!);

        internal static Outcome<T>.Ok? True { get; set; }
    }
}
