using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rein.Core.Definitions.Expressions;

namespace Rein.Core.Definitions;

/// <summary>
/// The payload of the kind <c>script</c>. Its code is taken as it is: an expression in it would be data that becomes program. One that is meant for one is refused,
/// and everything else that happens to hold two braces (many languages do) is left alone.
/// </summary>
static partial class ScriptRules
{
    public const string Code = "code";
    public const int MostCode = 256 * 1024;
    public const int LeastMemoryMb = 16;
    public const int MostMemoryMb = 65_536;

    static readonly string[] Names = ["language", Code, "input", "memoryMb", .. Policy.Names];

    public static void Check(Fields payload)
    {
        payload.RefuseOthers(Names);
        if (payload.Find("language") is not { ValueKind: JsonValueKind.String } language || !Language().IsMatch(language.GetString()!))
            payload.Refuse("language", "must be javascript, python, or what the worker was set up for: small letters, digits and hyphens");
        if (payload.Find(Code) is not { ValueKind: JsonValueKind.String } code || string.IsNullOrWhiteSpace(code.GetString()))
            payload.Refuse(Code, "must be a string: the body of a function of 'input' and 'emit'");
        else if (Encoding.UTF8.GetByteCount(code.GetString()!) > MostCode)
            payload.Refuse(Code, $"has at most {MostCode} bytes");
        else if (Expression(code.GetString()!) is { } found)
            payload.Refuse(Code, $"takes no expressions, because what they bring would become program; hand it in with input: {{ \"value\": \"{found}\" }} and read input.value");
        payload.Whole("memoryMb", LeastMemoryMb, MostMemoryMb);
    }

    /// <summary>The first place that reads like an expression of ours, with a path in it.</summary>
    static string? Expression(string code)
    {
        for (var at = code.IndexOf("{{", StringComparison.Ordinal); at >= 0; at = code.IndexOf("{{", at + 1, StringComparison.Ordinal))
        {
            var parser = new ExpressionParser(code, at + 2);
            if (parser.Read() is { } expression && expression.Terms.OfType<PathTerm>().Any())
                return code[at..parser.End];
        }
        return null;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\z")]
    private static partial Regex Language();
}
