namespace Asupersync;

/// <summary>What is sent to a strand. A piece that is never sent a second time before it ran can be its own parcel.</summary>
internal interface IParcel
{
    /// <summary>The piece.</summary>
    object Item { get; }

    /// <summary>The next parcel, for the strand's use.</summary>
    IParcel? Next { get; set; }
}
