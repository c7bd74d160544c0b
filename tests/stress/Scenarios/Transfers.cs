namespace Asupersync.Stress;

/// <summary>
/// Permits and deliveries go from task to task across regions, while requests come: the new holder commits, aborts, drops or is too late.
/// Every item that was committed is received or left over, and every place is free again.
/// </summary>
internal static class Transfers
{
    private static readonly TimeSpan ForEver = TimeSpan.FromHours(1);

    /// <summary>What the holder does with what it was given.</summary>
    private enum Way
    {
        Settle,
        Abort,
        Dispose,
        Leak,
        WaitForARequest,
    }

    internal static async Task<Counts> Run(Load load)
    {
        var counts = new Counts(load);
        Random random = load.Random();
        int capacity = random.Next(1, 6);
        int givers = random.Next(2, 6);
        int each = random.Next(10, load.Shadow ? 20 : 60);
        Outcome<bool> outcome = await StressRun.Of(
            load,
            counts,
            async cx =>
            {
                (Sender<int> tx, Receiver<int> rx) = Chan.Bounded<int>(capacity);
                Child taking = cx.Spawn(c => Take(c, counts, rx, load.Random(1000)));
                await cx.JoinAll([
                    .. Enumerable
                        .Range(0, givers)
                        .Select(part => (Func<Cx, Work>)(c => Give(c, counts, tx, load.Random((ulong)part), each))),
                ]);

                // All places are to be had, so none was lost; and no more, so none was made.
                SendPermit<int>[] places = new SendPermit<int>[capacity];
                for (int i = 0; i < capacity; i++)
                {
                    places[i] = await tx.Reserve(cx);
                }

                if (tx.TryReserve(cx, out _))
                {
                    throw new StressFailure("there are more places than there were");
                }

                Array.ForEach(places, place => place.Abort());
                tx.Complete();
                await taking.Join();
            }
        );
        outcome.GetOrThrow();
        counts.MustBe("reserved", givers * each);
        counts.MustBeEqual(["reserved"], ["committed", "not committed"]);
        counts.MustBeEqual("committed", "received");
        counts.MustBeEqual(["delivered"], ["received", "returned"]);
        counts.MustBeEqual("leaked", "ASUP2105");
        return counts;
    }

    private static async Work Give(Cx cx, Counts counts, Sender<int> tx, Random random, int times)
    {
        for (int i = 0; i < times; i++)
        {
            SendPermit<int> permit = await tx.Reserve(cx);
            counts.Add("reserved");
            await Hand(
                cx,
                counts,
                random,
                transfer: permit.TransferTo,
                settle: () => permit.Commit(1),
                permit.Abort,
                permit.Dispose,
                settled: "committed",
                other: "not committed"
            );
        }
    }

    private static async Work Take(Cx cx, Counts counts, Receiver<int> rx, Random random)
    {
        while (await rx.WaitToReceive(cx))
        {
            Delivery<int> delivery;
            try
            {
                delivery = await rx.ReceiveWithAck(cx);
            }
            catch (ChannelClosedException)
            {
                break;
            }

            counts.Add("delivered");
            await Hand(
                cx,
                counts,
                random,
                transfer: delivery.TransferTo,
                settle: () =>
                {
                    delivery.Acknowledge();
                    return true;
                },
                delivery.Abort,
                delivery.Dispose,
                settled: "received",
                other: "returned"
            );
        }
    }

    /// <summary>
    /// Gives what this task holds to a task of a region of its own, or keeps it, and waits until that is over. Counts once, by whether it
    /// was settled in the end.
    /// </summary>
    private static async Work Hand(
        Cx cx,
        Counts counts,
        Random random,
        Action<Child> transfer,
        Func<bool> settle,
        Action abort,
        Action dispose,
        string settled,
        string other
    )
    {
        var way = (Way)random.Next(5);
        bool keeps = random.Next(4) == 0;
        int spin = random.Next(4) == 0 ? random.Next(5_000) : 0;
        bool asks = way == Way.WaitForARequest || (way != Way.Leak && random.Next(3) == 0);
        bool done = false;
        if (keeps)
        {
            done = random.Next(2) == 0 && settle();
            dispose();
        }
        else
        {
            var given = new TaskCompletionSource();
            var spawned = new TaskCompletionSource<Child>();
            Child opener = cx.Spawn(async c =>
                await c.OpenRegion(async scope =>
                {
                    Child receiver = scope.Spawn(Use);
                    spawned.SetResult(receiver);
                    await receiver.Outcome();
                })
            );
            Child holder = await spawned.Task;
            if (asks)
            {
                ThreadPool.UnsafeQueueUserWorkItem(
                    _ =>
                    {
                        Thread.SpinWait(spin);
                        holder.Cancel();
                    },
                    null
                );
            }

            try
            {
                transfer(holder);
                given.SetResult();
            }
            catch (RefusedException refused) when (refused.Code == "ASUP1029")
            {
                // The request was faster, and the task has ended.
                dispose();
            }

            await opener.Join();

            async Work Use(Cx c)
            {
                await given.Task;
                switch (way)
                {
                    case Way.Settle:
                        c.Checkpoint();
                        done = settle();
                        break;
                    case Way.Abort:
                        abort();
                        break;
                    case Way.Dispose:
                        await c.Yield();
                        dispose();
                        break;
                    case Way.Leak:
                        counts.Add("leaked");
                        break;
                    default:
                        await c.Sleep(ForEver);
                        break;
                }
            }
        }

        counts.Add(done ? settled : other);
    }
}
