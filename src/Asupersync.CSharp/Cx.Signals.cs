namespace Asupersync;

/// <content>Signals of the operating system.</content>
public readonly partial struct Cx
{
    /// <summary>Signals that ask the process to end. Needs <see cref="Capabilities.Signals"/>.</summary>
    public Signals Signals
    {
        get
        {
            Use(Capabilities.Signals);
            return new Signals(this);
        }
    }
}
