namespace Asupersync;

/// <content>The network.</content>
public readonly partial struct Cx
{
    /// <summary>TCP: listening and connecting. Needs <see cref="Capabilities.Network"/>.</summary>
    public Network Net
    {
        get
        {
            Use(Capabilities.Network);
            return new Network(this);
        }
    }
}
