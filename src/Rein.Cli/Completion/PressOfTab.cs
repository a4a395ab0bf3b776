using System.CommandLine.Completions;
using System.Globalization;

namespace Rein.Cli.Completion;

/// <summary>
/// What a shell asks with: `rein "[suggest:N]" "rein …"`, N characters of the line up to the cursor. It is answered with a word a line, or with nothing:
/// never with a message, which would stand in the middle of what somebody types.
/// </summary>
static class PressOfTab
{
    const string Directive = "[suggest:";

    /// <summary>Help has more names than anybody wants to read.</summary>
    static readonly string[] s_unsaid = ["-?", "-h", "/?", "/h"];

    public static string? Of(string[] args) =>
        args is [['[', .., ']'] directive, var line] && directive.StartsWith(Directive, StringComparison.Ordinal)
        && int.TryParse(directive.AsSpan(Directive.Length..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var cursor)
            ? line[..Math.Min(cursor, line.Length)]
            : null;

    public static IReadOnlyList<string> Answer(string typed)
    {
        var word = typed[(typed.LastIndexOf(' ') + 1)..];
        // What completes `--name value` does not know `--name=value`, and throws.
        var value = word.StartsWith("--", StringComparison.Ordinal) ? word.IndexOf('=', StringComparison.Ordinal) + 1 : 0;
        var line = value == 0 ? typed : $"{typed[..(typed.Length - word.Length + value - 1)]} {word[value..]}";
        try
        {
            return [.. Sifted(Commands.Root(null).Parse(line).GetCompletions(line.Length), word[value..]).Select(label => word[..value] + label)];
        }
        catch (InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>Options stand aside where something else can be meant, until a dash is typed.</summary>
    static IEnumerable<string> Sifted(IEnumerable<CompletionItem> items, string word)
    {
        var labels = items.Select(item => item.Label).Where(label => label.StartsWith(word, StringComparison.Ordinal)).Except(s_unsaid).ToList();
        return word.Length > 0 || labels.TrueForAll(IsOption) ? labels : labels.Where(label => !IsOption(label));
    }

    static bool IsOption(string label) => label.StartsWith('-');
}
