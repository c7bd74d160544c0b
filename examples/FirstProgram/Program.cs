using Asupersync;

var outcome = await AsupRuntime.RunAsync(async cx =>
{
    cx.Defer(() => Console.WriteLine("clean-up, whatever happens"));
    return await cx.OpenRegion(async cx => // A scope: it returns when all its tasks are done.
    {
        var slow = cx.Spawn(async cx => await Answer(cx, TimeSpan.FromHours(1)));
        var fast = cx.Spawn(async cx => await Answer(cx, TimeSpan.FromMilliseconds(50)));
        int first = await fast;
        slow.Cancel("no longer needed"); // A request: the task drains and finalizes.
        Console.WriteLine(await slow.Outcome());
        return first;
    });
});
Console.WriteLine(outcome is Outcome<int>.Ok(var value) ? $"the answer is {value}" : $"no answer: {outcome}");

static async Work<int> Answer(Cx cx, TimeSpan after)
{
    await cx.Sleep(after); // Time comes from the context.
    await Task.Yield(); // Any awaitable works; the code stays on the runtime.
    return 42;
}
