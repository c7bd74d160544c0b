namespace Asupersync;

/// <summary>
/// Cold work in two parts with a wait between them, written out: it costs less than an async method, since it has no state machine and
/// changes no execution context.
/// </summary>
internal abstract class StepWork<T> : CallSource<T>
{
    /// <summary>The work, to be awaited once.</summary>
    internal Work<T> AsWork()
    {
        _state = Cold;
        return new Work<T>(this, _token);
    }

    /// <inheritdoc/>
    internal sealed override bool Begin()
    {
        if (_state == Cold)
        {
            _state = Pending;
            try
            {
                if (TryBegin(_strand!))
                {
                    return false;
                }
            }
            catch (Exception exception)
            {
                SetException(exception);
                return true;
            }

            Run();
        }

        return _state == Done;
    }

    /// <inheritdoc/>
    internal sealed override void Run()
    {
        T value;
        object? failure;
        try
        {
            value = End(out failure);
        }
        catch (Exception exception)
        {
            SetException(exception);
            return;
        }

        if (failure is null)
        {
            SetResult(value);
        }
        else
        {
            SetFailure(failure);
        }
    }

    /// <summary>The first part, when the work is awaited: arranges that this runs when the wait is over. False when there is nothing to wait for.</summary>
    private protected abstract bool TryBegin(Strand strand);

    /// <summary>The second part. A failure of the wait is handed on and not thrown: whoever awaits this work throws it, or takes it as a value.</summary>
    private protected abstract T End(out object? failure);

    /// <summary>Forgets what it was about, and keeps itself for the next time.</summary>
    private protected abstract void Free();

    /// <summary>Waits for this. False when it is over already.</summary>
    private protected bool Await<TWait>(WaitSource<TWait> wait, out int ticket)
    {
        ticket = wait.ClaimArmed();
        if (wait.Begin())
        {
            return false;
        }

        wait.Suspend(this);
        return true;
    }

    /// <inheritdoc/>
    private protected sealed override void Release()
    {
        _result = default;
        _tail = null;
        _strand = null;
        _state = Idle;
        _token++;
        Free();
    }
}
