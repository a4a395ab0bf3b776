using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions.Expressions;

enum SlotUse
{
    /// <summary>Any JSON value may come of it.</summary>
    Value,

    /// <summary>A text must come of it, whatever the value's type.</summary>
    Text,

    /// <summary>An argument of a program: a text that a program must not take for an option.</summary>
    Argument,

    /// <summary>None: what looks like an expression is text of somebody else's language.</summary>
    Verbatim,
}

/// <summary>A place in a payload that an expression fills.</summary>
sealed record Slot(string Path, Template Template, SlotUse Use)
{
    public Resolved<JsonElement> Resolve(IScope scope)
    {
        var value = Use is SlotUse.Value ? Template.Resolve(scope) : ResolveText(scope);
        return value.Fault is { } fault ? fault with { Path = Path } : value;
    }

    Resolved<JsonElement> ResolveText(IScope scope)
    {
        var text = Template.ResolveText(scope);
        if (text.Fault is { } fault) return fault;
        if (text.Value!.Contains('\0', StringComparison.Ordinal))
            return new Fault(FaultCodes.ExpressionNotText, "An expression brought a NUL into a text that ends there for the system.");
        // Not only a whole expression: '{{x}}.txt' is an option too when x begins with a dash.
        if (Use is SlotUse.Argument && Template.BeginsWithExpression && text.Value.StartsWith('-'))
            return new Fault(FaultCodes.ArgumentLooksLikeOption,
                $"An expression became {Say(text.Value)}, which a program takes for an option; " +
                "put '--' before it, or set allowDashArguments.");
        return TextJson.Element(text.Value);
    }

    /// <summary>A fault is written down: it must not repeat a secret.</summary>
    string Say(string argument) => Template.Paths.Any(path => path.Source is Source.Secret)
        ? "an argument with a leading dash, from a secret"
        : $"the argument {Said.Quote(argument)}";
}
