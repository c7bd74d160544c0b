using System.Globalization;
using System.Text;
using Asupersync.Kernel;

namespace Asupersync;

/// <summary>A snapshot in words.</summary>
internal static class Explanation
{
    internal static string Of(RuntimeSnapshot snapshot, long? region)
    {
        var text = new StringBuilder();
        if (snapshot.Doubt is { } doubt)
        {
            text.Append("Not of one moment: ").Append(doubt).Append(".\n");
        }

        Dictionary<long, RegionSnapshot> byOwner = snapshot.Regions.ToDictionary(one => one.Owner);
        RegionSnapshot? first = region is { } id
            ? snapshot.Regions.FirstOrDefault(one => one.Id == id)
            : snapshot.Regions.FirstOrDefault();
        if (first is null)
        {
            return text.Append(
                    region is null
                        ? "Every region is closed."
                        : $"Region r{region} is closed, or not below what was looked at."
                )
                .ToString();
        }

        // By hand and not by recursion: regions may be nested a million deep.
        var left = new Stack<(int Depth, RegionSnapshot? Region, TaskSnapshot? Task)>();
        left.Push((0, first, null));
        while (left.TryPop(out (int Depth, RegionSnapshot? Region, TaskSnapshot? Task) next))
        {
            text.Append(' ', 2 * Math.Min(next.Depth, 20));
            if (next.Region is { } opened)
            {
                Append(text, opened);
                foreach (TaskSnapshot task in opened.Tasks.Reverse())
                {
                    left.Push((next.Depth + 1, null, task));
                }
            }
            else
            {
                Append(text, next.Task!);
                if (byOwner.TryGetValue(next.Task!.Id, out RegionSnapshot? below))
                {
                    left.Push((next.Depth + 1, below, null));
                }
            }

            text.Append('\n');
        }

        if (snapshot.IsCut)
        {
            text.Append("There is more than was asked for.\n");
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void Append(StringBuilder text, RegionSnapshot region)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"region '{region.Name}' (r{region.Id}) is {region.Phase} since {Seconds(region.PhaseFor)}"
        );
        if (region.Reason is { } reason)
        {
            text.Append(
                CultureInfo.InvariantCulture,
                $", cancelled {Seconds(region.CancelledFor ?? TimeSpan.Zero)} ago: {reason}"
            );
        }

        text.Append(
            region.LiveTasks > 0
                ? $"; {region.LiveTasks} of {region.TasksAdded} tasks {(region.LiveTasks == 1 ? "is" : "are")} alive"
                : "; no task is alive"
        );
        if (region.Phase < RegionPhase.Finalizing && region.BodyEnded && region.LiveTasks > 0)
        {
            text.Append(", its body has ended");
        }

        if (region.FinalizersLeft > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", {region.FinalizersLeft} finalizers are still to run");
        }

        text.Append(region.Tasks.Count > 0 ? ':' : '.');
    }

    private static void Append(StringBuilder text, TaskSnapshot task)
    {
        text.Append(
            CultureInfo.InvariantCulture,
            $"task '{task.Name}' (t{task.Id}), {task.Phase}, {task.Waiting} since {Seconds(task.WaitingFor)}"
        );
        if (task.AwaitSite.Length > 0)
        {
            text.Append(" in ").Append(task.AwaitSite);
        }

        text.Append("; last checkpoint ").Append(task.LastCheckpoint);
        if (task.MaskLeft > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"; a mask defers {task.MaskLeft} checkpoints");
        }

        if (task.Obligations.Count > 0)
        {
            text.Append("; holds ").AppendJoin(", ", task.Obligations.Select(one => $"o{one.Id} ({one.Kind})"));
        }

        text.Append('.');
    }

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0#} s");
}
