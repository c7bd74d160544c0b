namespace Asupersync;

/// <summary>What a record becomes when no rule will read it again.</summary>
internal interface IBurial<T>
{
    /// <summary>Writes it, whatever was there before, and keeps nothing alive.</summary>
    void Bury(ref T record);
}
