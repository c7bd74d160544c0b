using System.Reflection;
using System.Text.RegularExpressions;

namespace Asupersync;

/// <summary>
/// Names the async methods of the program in which a task is suspended, the innermost first. Other threads may ask as well; what has gone
/// on in the meantime may then be named wrongly.
/// </summary>
internal static partial class AwaitSites
{
    private const int MostFrames = 64;
    private const int MostNamed = 4;

    internal static string Of(StrandItem? suspended)
    {
        List<string> names = [];
        object? item = suspended;
        for (int i = 0; i < MostFrames && names.Count < MostNamed && item is StrandItem frame; i++)
        {
            if (frame.Method is { } machine && machine.Assembly != typeof(AwaitSites).Assembly)
            {
                names.Add(NameOf(machine));
            }

            item = frame.Continuation;
        }

        return string.Join(", called by ", names);
    }

    /// <summary>The name of a method from the type that the compiler makes of it, as in <c>Journal+&lt;Flush&gt;d__3</c>.</summary>
    private static string NameOf(MemberInfo machine)
    {
        Type? owner = machine.DeclaringType;
        while (owner is { DeclaringType: not null } && owner.Name.StartsWith('<'))
        {
            owner = owner.DeclaringType;
        }

        string type = owner?.Name ?? "";
        Match lambda = Lambda().Match(machine.Name);
        if (lambda.Success)
        {
            string member = lambda.Groups["member"].Value;
            string local = lambda.Groups["local"].Value;
            return local.Length > 0 ? $"{type}.{member}.{local}" : $"a lambda of {type}.{member}";
        }

        Match method = Method().Match(machine.Name);
        return method.Success ? $"{type}.{method.Groups["member"].Value}" : $"{type}.{machine.Name}";
    }

    [GeneratedRegex(@"^<<(?<member>[^>]*?)\$?>(?:g__(?<local>\w+)|b__)")]
    private static partial Regex Lambda();

    [GeneratedRegex(@"^<(?<member>[^>]*?)\$?>")]
    private static partial Regex Method();
}
