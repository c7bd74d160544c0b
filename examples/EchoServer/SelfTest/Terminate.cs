using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EchoServer.SelfTest;

/// <summary>Sends SIGTERM to this very process.</summary>
internal static class Terminate
{
    private const int SigTerm = 15;

    /// <summary>False on Windows, which has no way to send itself what corresponds to SIGTERM.</summary>
    internal static bool IsSupported => !OperatingSystem.IsWindows();

    internal static void Send()
    {
        if (Kill(Environment.ProcessId, SigTerm) != 0)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Kill(int process, int signal);
}
