namespace Asupersync;

/// <summary>
/// Cold work in two parts with a wait between them, written out: it costs less than an async method, since it has no state machine and
/// changes no execution context. It is itself the wait: made ready once by whoever ends it, it runs in a poll of its strand.
/// </summary>
internal abstract class StepWork<T> : CallSource<T>
{
    private object? _failure;
    private int _waitIndex;
    private bool _isArmed;

    /// <inheritdoc/>
    internal sealed override int WaitIndex
    {
        get => _waitIndex;
        set => _waitIndex = value;
    }

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
        T value = default!;
        object? failure = _failure;
        try
        {
            if (_isArmed)
            {
                _isArmed = false;
                _failure = null;
                _strand!.Disarm(this);
                OnDisarmed(_strand);
            }

            if (failure is null)
            {
                value = End(out failure);
            }
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

    /// <inheritdoc/>
    internal sealed override bool TryCancel(object? reason)
    {
        if (!_isArmed || !OnCancel())
        {
            return false;
        }

        EndInVain(CancelledWait.For(reason));
        return true;
    }

    /// <summary>The first part, when the work is awaited: arranges that this runs when the wait is over. False when there is nothing to wait for.</summary>
    private protected abstract bool TryBegin(Strand strand);

    /// <summary>
    /// The second part, unless the wait ended in vain. A failure is handed on and not thrown: whoever awaits this work throws it, or takes
    /// it as a value.
    /// </summary>
    private protected abstract T End(out object? failure);

    /// <summary>Forgets what it was about, and keeps itself for the next time.</summary>
    private protected abstract void Free();

    /// <summary>A request ends the wait that begins now, if <see cref="OnCancel"/> agrees.</summary>
    internal void Arm()
    {
        _isArmed = true;
        _strand!.Arm(this);
    }

    /// <summary>A request came: stops waiting. False when the wait has ended otherwise and the second part is about to run.</summary>
    private protected virtual bool OnCancel() => false;

    /// <summary>The wait that a request might have ended is over.</summary>
    private protected virtual void OnDisarmed(Strand strand) { }

    /// <summary>Ends the wait with a failure; whoever does has seen to it that nobody else ends it.</summary>
    private protected void EndInVain(object failure)
    {
        _failure = failure;
        _strand!.AddReady(this);
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
