using System.Net.Sockets;

namespace Asupersync;

/// <summary>
/// A socket operation failed. The code says what is wrong: ASUP4001 the address is in use, ASUP4002 the other side reset the connection,
/// ASUP4003 the connection was refused, ASUP4004 the listener or stream was closed by this program, ASUP4005 another task owns the
/// stream, ASUP4099 anything else.
/// </summary>
public sealed class NetworkException : AsupersyncException
{
    private NetworkException(string code, string message, SocketError error, Exception? inner)
        : base(code, message, inner) => SocketError = error;

    /// <summary>The error of the operating system, in .NET's terms; <see cref="SocketError.Success"/> when it had no part in it.</summary>
    public SocketError SocketError { get; }

    /// <summary>The error for what a socket threw.</summary>
    /// <param name="error">A <see cref="SocketException"/> or <see cref="ObjectDisposedException"/>.</param>
    /// <param name="what">The operation and its address, for example "Read from 127.0.0.1:7007".</param>
    /// <param name="closedHere">Whether this program has closed the socket, or the direction that was used.</param>
    internal static NetworkException From(Exception error, string what, bool closedHere)
    {
        SocketError socketError = (error as SocketException)?.SocketErrorCode ?? SocketError.OperationAborted;
        (string code, string advice) = socketError switch
        {
            _ when closedHere => Closed,
            SocketError.AddressAlreadyInUse => (
                "ASUP4001",
                "the address is in use. Stop the program that has it, or take another port; port 0 takes a free one."
            ),
            SocketError.ConnectionReset
            or SocketError.ConnectionAborted
            or SocketError.NetworkReset
            or SocketError.Shutdown => (
                "ASUP4002",
                "the other side reset the connection. Close the stream; nothing more can be read or written."
            ),
            SocketError.ConnectionRefused => (
                "ASUP4003",
                "the connection was refused. Check address and port, and that a program listens there."
            ),
            SocketError.OperationAborted or SocketError.Interrupted or SocketError.NotSocket => Closed,
            _ => (
                "ASUP4099",
                $"{error.Message} ({socketError}). Check the address, the network and the limits of the system."
            ),
        };
        return new NetworkException(code, $"{what}: {advice}", socketError, error);
    }

    /// <summary>The error for a hand-over by a task that does not own the stream.</summary>
    internal static NetworkException NotOwner(string stream, string owner) =>
        new(
            "ASUP4005",
            $"{stream} is owned by {owner}. Only its owner may hand it over.",
            SocketError.Success,
            inner: null
        );

    private static (string Code, string Advice) Closed =>
        (
            "ASUP4004",
            "it was closed by this program. Use listener and stream only before their Dispose, CloseSending or hand-over."
        );
}
