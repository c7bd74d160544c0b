using Asupersync.Kernel;

namespace Asupersync;

/// <summary>Names the rule of docs/semantics.md that a member asks the kernel to take.</summary>
/// <param name="rule">The rule.</param>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class RuleAttribute(RuleName rule) : Attribute
{
    /// <summary>The rule.</summary>
    public RuleName Rule { get; } = rule;
}
