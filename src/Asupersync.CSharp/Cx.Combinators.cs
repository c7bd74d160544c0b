using Asupersync.Kernel;

namespace Asupersync;

/// <content>Races, joins and timeouts: docs/semantics.md, chapter 14.</content>
public readonly partial struct Cx
{
    /// <summary>
    /// Runs the branches side by side and returns the value of the first that ends; what that one throws is thrown. The others are
    /// cancelled with kind RaceLost, and so is what they and the winner spawned; when this returns, all of it has drained. A loser
    /// that panics is thrown all the same. Rests on the rules of chapter 14, by OpenRegion, Spawn, CancelRequest and JoinReady.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="branches">The branches, at least one.</param>
    /// <returns>The value of the first branch to end.</returns>
    /// <exception cref="AsupersyncException">There are no branches (ASUP2202).</exception>
    /// <exception cref="RefusedException">This task's region is closing, or this task was cancelled.</exception>
    /// <exception cref="CancelledException">This task, or the winning branch, was cancelled.</exception>
    /// <exception cref="PanickedException">A branch panicked, a loser included.</exception>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<T> Race<T>(params Func<Cx, Work<T>>[] branches) => (await RaceIndexed(branches)).Value;

    /// <summary>As <see cref="Race{T}"/>, for branches without values.</summary>
    /// <param name="branches">The branches, at least one.</param>
    /// <returns>Work that ends with the first branch to end, when the others have drained.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work Race(params Func<Cx, Work>[] branches) => await RaceIndexed(branches);

    /// <summary>As <see cref="Race{T}"/>, and also tells which branch it was.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="branches">The branches, at least one.</param>
    /// <returns>The first branch to end, and its value.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<Winner<T>> RaceIndexed<T>(params Func<Cx, Work<T>>[] branches) =>
        await First(CombinatorForm.Race, "race", NewBranches(branches));

    /// <summary>As <see cref="Race(Func{Cx, Work}[])"/>, and tells which branch it was.</summary>
    /// <param name="branches">The branches, at least one.</param>
    /// <returns>The place of the first branch to end among those given, from 0.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<int> RaceIndexed(params Func<Cx, Work>[] branches) =>
        (await First(CombinatorForm.Race, "race", NewBranches(branches))).Branch;

    /// <summary>
    /// As <see cref="Race{T}"/>, for the first branch that ends with a value. When none does, the worst of what they ended with is
    /// thrown, of equals that of the first branch. A panic ends it at once.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="branches">The branches, at least one.</param>
    /// <returns>The value of the first branch to succeed.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<T> FirstOk<T>(params Func<Cx, Work<T>>[] branches) =>
        (await First(CombinatorForm.FirstOk, "race for the first value", NewBranches(branches))).Value;

    /// <summary>As <see cref="FirstOk{T}"/>, for branches without values.</summary>
    /// <param name="branches">The branches, at least one.</param>
    /// <returns>Work that ends with the first branch to succeed, when the others have drained.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work FirstOk(params Func<Cx, Work>[] branches) =>
        await First(CombinatorForm.FirstOk, "race for the first success", NewBranches(branches));

    /// <summary>
    /// Runs the branches side by side and returns all their values. The first that fails cancels the others with kind FailFast, and
    /// what it failed with is thrown when all have drained. Without a failure, what the branches spawned is waited for.
    /// </summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="branches">The branches; none is all of none.</param>
    /// <returns>The values in the order of the branches.</returns>
    /// <exception cref="RefusedException">This task's region is closing, or this task was cancelled.</exception>
    /// <exception cref="CancelledException">This task, or a branch, was cancelled.</exception>
    /// <exception cref="PanickedException">A branch panicked.</exception>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<T[]> JoinAll<T>(params Func<Cx, Work<T>>[] branches)
    {
        Branch<T>[] all = NewBranches(branches);
        return await Join(CombinatorForm.JoinAll, "join all", all, () => Array.ConvertAll(all, branch => branch.Value));
    }

    /// <summary>As <see cref="JoinAll{T}"/>, for branches without values.</summary>
    /// <param name="branches">The branches; none is all of none.</param>
    /// <returns>Work that ends when all have.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work JoinAll(params Func<Cx, Work>[] branches) =>
        await Join<Nothing>(CombinatorForm.JoinAll, "join all", NewBranches(branches), () => default);

    /// <summary>As <see cref="JoinAll{T}"/>, for two branches with values of different types.</summary>
    /// <typeparam name="T1">The type of the first value.</typeparam>
    /// <typeparam name="T2">The type of the second value.</typeparam>
    /// <param name="first">The first branch.</param>
    /// <param name="second">The second branch.</param>
    /// <returns>Both values.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<(T1 First, T2 Second)> JoinAll<T1, T2>(Func<Cx, Work<T1>> first, Func<Cx, Work<T2>> second)
    {
        Branch<T1> one = NewBranch(first);
        Branch<T2> two = NewBranch(second);
        return await Join(CombinatorForm.JoinAll, "join all", [one, two], () => (one.Value, two.Value));
    }

    /// <summary>As <see cref="JoinAll{T}"/>, for three branches with values of different types.</summary>
    /// <typeparam name="T1">The type of the first value.</typeparam>
    /// <typeparam name="T2">The type of the second value.</typeparam>
    /// <typeparam name="T3">The type of the third value.</typeparam>
    /// <param name="first">The first branch.</param>
    /// <param name="second">The second branch.</param>
    /// <param name="third">The third branch.</param>
    /// <returns>All three values.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<(T1 First, T2 Second, T3 Third)> JoinAll<T1, T2, T3>(
        Func<Cx, Work<T1>> first,
        Func<Cx, Work<T2>> second,
        Func<Cx, Work<T3>> third
    )
    {
        Branch<T1> one = NewBranch(first);
        Branch<T2> two = NewBranch(second);
        Branch<T3> three = NewBranch(third);
        return await Join(
            CombinatorForm.JoinAll,
            "join all",
            [one, two, three],
            () => (one.Value, two.Value, three.Value)
        );
    }

    /// <summary>
    /// Runs the branches side by side and waits for all of them, whatever becomes of each. Only a panic, or a cancellation of this
    /// task, is thrown.
    /// </summary>
    /// <typeparam name="T">The type of the values.</typeparam>
    /// <param name="branches">The branches; none is all of none.</param>
    /// <returns>How each ended, in the order of the branches.</returns>
    /// <exception cref="RefusedException">This task's region is closing, or this task was cancelled.</exception>
    /// <exception cref="CancelledException">This task was cancelled.</exception>
    /// <exception cref="PanickedException">A branch panicked.</exception>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.JoinReady)]
    public async Work<Outcome<T>[]> CollectAll<T>(params Func<Cx, Work<T>>[] branches)
    {
        Branch<T>[] all = NewBranches(branches);
        return await Join(
            CombinatorForm.CollectAll,
            "collect all",
            all,
            () => Array.ConvertAll(all, branch => branch.Outcome)
        );
    }

    /// <summary>As <see cref="CollectAll{T}"/>, for branches without values. The value of Ok is true.</summary>
    /// <param name="branches">The branches; none is all of none.</param>
    /// <returns>How each ended, in the order of the branches.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.JoinReady)]
    public async Work<Outcome<bool>[]> CollectAll(params Func<Cx, Work>[] branches)
    {
        Branch<Nothing>[] all = NewBranches(branches);
        return await Join(
            CombinatorForm.CollectAll,
            "collect all",
            all,
            () => Array.ConvertAll(all, branch => Values.Done(branch.Outcome))
        );
    }

    /// <summary>
    /// Runs a body that has to end within a time; else it is cancelled with kind Timeout, and so is what it spawned. When this
    /// returns, all of it has drained. Rests on the rules of chapter 14, by OpenRegion, Spawn, CancelRequest and JoinReady.
    /// </summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="time">How long it may take, from now; with zero the body does not even start.</param>
    /// <param name="body">The body.</param>
    /// <returns>The body's value; what it throws is thrown.</returns>
    /// <exception cref="TimedOutException">The time was over first (ASUP2201).</exception>
    /// <exception cref="AsupersyncException">The time is negative (ASUP2203).</exception>
    /// <exception cref="RefusedException">This task's region is closing, or this task was cancelled.</exception>
    /// <exception cref="CancelledException">This task was cancelled.</exception>
    /// <exception cref="PanickedException">The body panicked, be it after its time was over.</exception>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<T> Within<T>(TimeSpan time, Func<Cx, Work<T>> body) =>
        ValueOf(await Bounded(time, NewBranch(body)));

    /// <summary>As <see cref="Within{T}"/>, for a body without a value.</summary>
    /// <param name="time">How long it may take, from now.</param>
    /// <param name="body">The body.</param>
    /// <returns>Work that ends with the body.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work Within(TimeSpan time, Func<Cx, Work> body) => ValueOf(await Bounded(time, NewBranch(body)));

    /// <summary>As <see cref="Within{T}"/>, giving the outcome instead of throwing: Err with a <see cref="TimedOutException"/> when it took too long.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="time">How long it may take, from now.</param>
    /// <param name="body">The body.</param>
    /// <returns>How it ended.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public Work<Outcome<T>> TryWithin<T>(TimeSpan time, Func<Cx, Work<T>> body) => Bounded(time, NewBranch(body));

    /// <summary>As <see cref="TryWithin{T}"/>, for a body without a value. The value of Ok is true.</summary>
    /// <param name="time">How long it may take, from now.</param>
    /// <param name="body">The body.</param>
    /// <returns>How it ended.</returns>
    [Rule(RuleName.OpenRegion)]
    [Rule(RuleName.Spawn)]
    [Rule(RuleName.CancelRequest)]
    [Rule(RuleName.JoinReady)]
    public async Work<Outcome<bool>> TryWithin(TimeSpan time, Func<Cx, Work> body) =>
        Values.Done(await Bounded(time, NewBranch(body)));

    private async Work<Outcome<T>> Bounded<T>(TimeSpan time, Branch<T> branch)
    {
        Use(Capabilities.Time);
        if (time < TimeSpan.Zero)
        {
            throw new AsupersyncException("ASUP2203", $"a body cannot end within {time}; give a time from zero up.");
        }

        return await new Combination(CombinatorForm.Timeout, "within", [branch], time).Run(this, () => branch.Value);
    }

    private static Branch<T> NewBranch<T>(Func<Cx, Work<T>> body) => new(Body<T>.Of(body));

    private static Branch<Nothing> NewBranch(Func<Cx, Work> body) => new(Body<Nothing>.Of(body));

    private static Branch<T>[] NewBranches<T>(Func<Cx, Work<T>>[] bodies)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        return Array.ConvertAll(bodies, NewBranch);
    }

    private static Branch<Nothing>[] NewBranches(Func<Cx, Work>[] bodies)
    {
        ArgumentNullException.ThrowIfNull(bodies);
        return Array.ConvertAll(bodies, NewBranch);
    }

    private async Work<Winner<T>> First<T>(CombinatorForm form, string name, Branch<T>[] all)
    {
        if (all.Length == 0)
        {
            throw new AsupersyncException("ASUP2202", $"a {name} of no branches never ends; give at least one.");
        }

        var call = new Combination(form, name, all);
        return ValueOf(await call.Run(this, () => new Winner<T>(call.Winner, all[call.Winner].Value)));
    }

    private async Work<T> Join<T>(CombinatorForm form, string name, Branch[] branches, Func<T> values)
    {
        if (branches.Length == 0)
        {
            Pass(Capabilities.Spawn);
            return values();
        }

        return ValueOf(await new Combination(form, name, branches).Run(this, values));
    }
}
