using System.Runtime.InteropServices;

namespace Asupersync;

/// <summary>Takes signals for one run and hands them to the tasks that wait.</summary>
internal sealed class SignalDesk : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<SignalWait> _waiting = [];
    private readonly PosixSignalRegistration _interrupt;
    private readonly PosixSignalRegistration _terminate;
    private ShutdownSignal? _kept;

    internal SignalDesk(Scheduler scheduler)
    {
        _interrupt = Listen(scheduler, PosixSignal.SIGINT, ShutdownSignal.Interrupt);
        _terminate = Listen(scheduler, PosixSignal.SIGTERM, ShutdownSignal.Terminate);
    }

    /// <summary>Takes a signal that came while nobody waited.</summary>
    internal bool TryTake(out ShutdownSignal signal)
    {
        lock (_gate)
        {
            signal = _kept.GetValueOrDefault();
            bool any = _kept is not null;
            _kept = null;
            return any;
        }
    }

    /// <summary>The wait of a task for the next signal, to be awaited at once.</summary>
    internal WaitSource<ShutdownSignal> Wait(TaskCell cell)
    {
        var wait = new SignalWait(this);
        wait.Begin(cell);
        lock (_gate)
        {
            if (_kept is { } kept)
            {
                _kept = null;
                wait.Signal(kept);
            }
            else
            {
                _waiting.Add(wait);
            }
        }

        return wait;
    }

    /// <summary>Gives the signals their usual meaning again. From any thread.</summary>
    public void Dispose()
    {
        _interrupt.Dispose();
        _terminate.Dispose();
    }

    private PosixSignalRegistration Listen(Scheduler scheduler, PosixSignal signal, ShutdownSignal meaning) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                // Only a run that still goes on may swallow a signal.
                context.Cancel = scheduler.Post(_ => Deliver(meaning), null);
            }
        );

    private void Deliver(ShutdownSignal signal)
    {
        SignalWait[] waiting;
        lock (_gate)
        {
            if (_waiting.Count == 0)
            {
                _kept = signal;
                return;
            }

            waiting = [.. _waiting];
            _waiting.Clear();
        }

        foreach (SignalWait wait in waiting)
        {
            wait.Signal(signal);
        }
    }

    /// <summary>Shared, because it waits for the world outside: standing still here is no deadlock.</summary>
    private sealed class SignalWait(SignalDesk desk) : WaitSource<ShutdownSignal>
    {
        private int _ticket;

        internal void Begin(TaskCell cell) => _ticket = Arm(cell, WaitMode.Shared);

        internal void Signal(ShutdownSignal signal) => TryComplete(_ticket, signal);

        private protected override bool OnCancel(object? reason)
        {
            lock (desk._gate)
            {
                return desk._waiting.Remove(this);
            }
        }
    }
}
