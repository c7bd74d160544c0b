using Asupersync.Kernel;
using Xunit;

namespace Asupersync.Tests.Timing;

/// <summary>The timers of a scheduler against the rules of time, and what the check of this notices.</summary>
public sealed class TimerRulesTests
{
    private const int Seeds = 40;

    private static readonly Timers Some = new(TimeProvider.System);
    private static readonly Nothing Target = new();
    private static readonly PendingTimer First = new(Some, 0, 0);
    private static readonly PendingTimer Second = new(Some, 1, 1);

    [Fact]
    public void Timers_keep_to_the_rules_of_time_whatever_is_set_removed_and_passed_by()
    {
        int fired = 0;
        int passed = 0;
        int disarmed = 0;
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var play = new Play(seed);
            play.Run(300);
            Assert.True(play.Check.Failures.Count == 0, $"seed {seed}: {string.Join("; ", play.Check.Failures)}");
            TimeState state = play.Check.AssertAccepted();
            fired += state.Timers.Count(timer => timer.Phase == TimerPhase.Fired);
            disarmed += state.Timers.Count(timer => timer.Phase == TimerPhase.Disarmed);
            passed += play
                .Check.Steps.Select(step => step.Action)
                .OfType<TimeAction.Arm>()
                .Count(set => set.moment < state.Timers[set.timer - 1].Due);
            Assert.Equal(play.Timers.Count, state.Timers.Count(timer => timer.Phase == TimerPhase.Pending));
        }

        Assert.True(fired > 1000 && disarmed > 1000 && passed > 100, $"{fired}, {disarmed}, {passed}");
    }

    [Fact]
    public void Arm_a_moment_that_has_passed_is_due_when_what_was_due_before_has_fired()
    {
        var time = new ManualTime { Jumps = false };
        var check = new TimerCheck(time);
        var timers = new Timers(time) { Observer = check };
        var order = new List<string>();
        var late = new Act(() => order.Add("set for the past"));
        var now = new Act(() => order.Add("set for now"));
        timers.AddAt(
            new Act(() =>
            {
                timers.AddAt(now, 10);
                timers.AddAt(late, 3);
            }),
            10
        );
        time.Advance(new TimeSpan(10));
        Assert.Equal(1, timers.FireDue());
        Assert.Equal(2, timers.FireDue());
        Assert.Equal(["set for now", "set for the past"], order);
        Assert.Equal([10, 10, 10], check.AssertAccepted().Timers.Select(timer => timer.Due));
    }

    [Fact]
    public void Fire_before_the_due_instant_is_noticed() =>
        AssertNoticed(
            "fires before it is due",
            (check, _) =>
            {
                check.Armed(First, Target, 5, 5);
                check.Fired(First, 5, 5);
            }
        );

    [Fact]
    public void Fire_out_of_order_is_noticed()
    {
        AssertNoticed(
            "Fire refused: EarliestFirst",
            (check, time) =>
            {
                check.Armed(First, Target, 5, 5);
                check.Armed(Second, Target, 5, 5);
                time.Advance(new TimeSpan(5));
                check.Fired(Second, 5, 5);
            }
        );
        AssertNoticed(
            "Tick refused: NonePassed",
            (check, time) =>
            {
                check.Armed(First, Target, 5, 5);
                check.Armed(Second, Target, 6, 6);
                time.Advance(new TimeSpan(9));
                check.Fired(Second, 6, 9);
            }
        );
    }

    [Fact]
    public void Fire_after_Disarm_is_noticed() =>
        AssertNoticed(
            "Fire refused: KnownTimer",
            (check, time) =>
            {
                check.Armed(First, Target, 5, 5);
                check.Disarmed(First);
                time.Advance(new TimeSpan(5));
                check.Fired(First, 5, 5);
            }
        );

    [Fact]
    public void Tick_past_a_timer_that_was_forgotten_is_noticed() =>
        AssertNoticed(
            "Tick refused: NonePassed",
            (check, time) =>
            {
                check.Armed(First, Target, 5, 5);
                time.Advance(new TimeSpan(6));
                check.Ended(6);
            }
        );

    [Fact]
    public void Arm_with_another_due_instant_is_noticed() =>
        AssertNoticed("timer 1 for 5 is due at 6", (check, _) => check.Armed(First, Target, 5, 6));

    private static void AssertNoticed(string failure, Action<TimerCheck, ManualTime> events)
    {
        var time = new ManualTime { Jumps = false };
        var check = new TimerCheck(time);
        events(check, time);
        Assert.Contains(check.Failures, noticed => noticed.Contains(failure, StringComparison.Ordinal));
    }

    private sealed class Nothing : ITimerTarget
    {
        public void OnTimer(int ticket, long due) { }
    }

    private sealed class Act(System.Action act) : ITimerTarget
    {
        public void OnTimer(int ticket, long due) => act();
    }

    /// <summary>Sets and removes timers at random, from outside and from timers that fire, while time passes; near together or far apart.</summary>
    private sealed class Play
    {
        private readonly ManualTime _time = new() { Jumps = false };
        private readonly Random _random;
        private readonly int _reach;
        private readonly List<PendingTimer> _timers = [];

        internal Play(int seed)
        {
            _random = new Random(seed);
            _reach = seed % 2 == 0 ? 6 : 100_000;
            Check = new TimerCheck(_time);
            Timers = new Timers(_time) { Observer = Check };
        }

        internal TimerCheck Check { get; }

        internal Timers Timers { get; }

        internal void Run(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                if (_random.Next(4) == 0)
                {
                    _time.Advance(new TimeSpan(_random.Next(_reach + 2)));
                    Timers.FireDue();
                }
                else
                {
                    Touch();
                }
            }
        }

        private void Touch()
        {
            switch (_random.Next(4))
            {
                case 0 when Some(pending: true) is { } pending:
                    Assert.True(pending.Disarm());
                    break;
                case 1 when Some(pending: false) is { } idle:
                    Assert.False(idle.Disarm());
                    Set(_time.Now.Ticks + _random.Next(6));
                    break;
                case 2:
                    Set(_time.Now.Ticks - 3 + _random.Next(8));
                    break;
                default:
                    Set(_time.Now.Ticks + _random.Next(_reach));
                    break;
            }
        }

        private PendingTimer? Some(bool pending)
        {
            PendingTimer[] found = [.. _timers.Where(timer => timer.IsPending == pending)];
            return found.Length == 0 ? null : found[_random.Next(found.Length)];
        }

        private void Set(long moment) =>
            _timers.Add(
                Timers.AddAt(
                    new Act(() =>
                    {
                        if (_random.Next(2) == 0)
                        {
                            Touch();
                        }
                    }),
                    moment
                )
            );
    }
}
