namespace Asupersync;

/// <summary>
/// What the runtime wants to hear from a strand. Every call comes on the thread that polls the strand unless noted.
/// </summary>
internal interface IStrandOwner
{
    /// <summary>
    /// A poll begins; called only while <see cref="Strand.ChargesPolls"/> is set. The poll goes on afterwards.
    /// </summary>
    void OnPoll(Strand strand);

    /// <summary>
    /// An exception left a continuation. <paramref name="posted"/>: it came through a posted callback, so most likely
    /// from <c>async void</c>.
    /// </summary>
    void OnFault(Strand strand, Exception exception, bool posted);

    /// <summary>
    /// The strand is about to suspend on an awaiter that is not ours; throwing makes the await throw instead.
    /// </summary>
    void OnForeignAwait(Strand strand, Type awaiter);

    /// <summary>An <c>async void</c> method started or ended; the end may be told from any thread.</summary>
    void OnAsyncVoid(Strand strand, bool started);

    /// <summary>The exception that a cancelled wait throws into the body.</summary>
    Exception CreateCancellation(Strand strand, object? reason);
}
