using System.Globalization;

namespace Rein.Core.Definitions;

/// <summary>
/// The id of a step: that of its node, and in the body of a loop the iteration behind it, <c>hash[3]</c>. The step <c>each[3]</c> of a <c>for-each</c> is the
/// iteration itself. No id of a node has such a sign in it.
/// </summary>
/// <param name="Index">Of the iteration, from 0; null for a step of the graph itself.</param>
public readonly record struct StepId(string Node, int? Index)
{
    public static bool IsIndexed(string step) => step.EndsWith(']');

    public static StepId Parse(string step) =>
        IsIndexed(step) && step.IndexOf('[', StringComparison.Ordinal) is > 0 and var at && ReadIndex(step.AsSpan(at + 1, step.Length - at - 2)) is { } index
            ? new(step[..at], index)
            : new(step, null);

    public static string Of(string node, int? index) => index is { } number ? string.Create(CultureInfo.InvariantCulture, $"{node}[{number}]") : node;

    /// <summary>Only the one spelling: two ids must not be one step.</summary>
    static int? ReadIndex(ReadOnlySpan<char> digits) =>
        digits.Length is > 0 and <= 6 && (digits[0] is not '0' || digits.Length == 1)
        && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
}
