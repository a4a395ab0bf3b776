namespace Rein.Steps.Scripts;

/// <summary>How a worker executes scripts.</summary>
/// <param name="Folder">Where each script gets a working folder of its own; this worker's alone.</param>
public sealed record ScriptOptions(string Folder)
{
    public NetworkRule Network { get; init; } = NetworkRule.Deny;

    /// <summary>How many interpreters wait per language and memory that was used lately: 0 to <see cref="MostWarm"/>.</summary>
    public int Warm { get; init; } = 2;

    public const int MostWarm = 64;

    /// <summary>Programs by language. Where <c>javascript</c> or <c>python</c> is missing, <c>node</c> or <c>python3</c> of the path is taken.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Interpreters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>Told once where scripts have a network though none was wanted.</summary>
    public Action<string>? Say { get; init; }

    /// <exception cref="FormatException">It is no <c>LANGUAGE=PROGRAM</c>, or a language is named twice.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> ParseInterpreters(IEnumerable<string> said)
    {
        var programs = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var one in said)
        {
            string[] program = [.. one[(one.IndexOf('=') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries)];
            var language = one[..Math.Max(0, one.IndexOf('='))];
            if (!IsLanguage(language) || program is [])
                throw new FormatException($"'{one}' must read LANGUAGE=PROGRAM, such as ruby=/opt/rein/ruby-host");
            if (!programs.TryAdd(language, program))
                throw new FormatException($"'{language}' has a program already");
        }
        return programs;
    }

    static bool IsLanguage(string name) =>
        name.Length is > 0 and <= 32 && char.IsAsciiLetterLower(name[0]) && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter is '-');
}

/// <summary>Whether scripts may use the network.</summary>
public enum NetworkRule
{
    /// <summary>No, where the machine can take it away; else they have it.</summary>
    Deny,

    /// <summary>Yes.</summary>
    Allow,

    /// <summary>No, and where the machine cannot take it away no script is executed.</summary>
    Require,
}
