using System.CommandLine;
using System.Text.Json;

namespace Rein.Cli.Up;

/// <summary>
/// Options from where they were said: the command line first, then the environment (REIN_HEARTBEAT_SECONDS), then a file (heartbeatSeconds). Every
/// one is read by the same parser, so what is wrong is said in the same words, with where it stands.
/// </summary>
sealed class Settings
{
    readonly ParseResult said;
    readonly ParseResult others;

    Settings(ParseResult said, ParseResult others) => (this.said, this.others) = (said, others);

    /// <summary>On the command line.</summary>
    public bool IsSaid(Option option) => IsSaid(said, option);

    public T? Get<T>(Option<T> option) => IsSaid(said, option) ? said.GetValue(option) : others.GetValue(option);

    /// <param name="command">Whose options.</param>
    /// <param name="said">What stood on the command line.</param>
    /// <param name="file">A JSON object; null for none.</param>
    /// <exception cref="CommandException">The file cannot be read, names an option that there is none of, or a value cannot be used.</exception>
    public static Settings Of(Command command, ParseResult said, string? file)
    {
        var written = file is null ? [] : Read(file, command);
        var tokens = new List<string>();
        foreach (var option in command.Options.Where(option => !IsSaid(said, option)))
            if (Environment.GetEnvironmentVariable(Variable(option)) is { Length: > 0 } value)
                tokens.AddRange(Checked(command, [option.Name, value], Variable(option)));
            else if (written.TryGetValue(Key(option), out var values))
                tokens.AddRange(Checked(command, [.. values.SelectMany(text => (string[])[option.Name, text])], $"{Key(option)} in {file}"));
        return new(said, command.Parse(tokens));
    }

    /// <summary>What is left out of both: the file itself, and what belongs to one call.</summary>
    static bool IsSetting(Option option) => option.Name is not ("--config" or "--help");

    static bool IsSaid(ParseResult parsed, Option option) => !IsSetting(option) || parsed.GetResult(option) is { Implicit: false };

    static string Variable(Option option) => "REIN_" + option.Name.TrimStart('-').Replace('-', '_').ToUpperInvariant();

    static string Key(Option option) => JsonNamingPolicy.CamelCase.ConvertName(
        string.Concat(option.Name.TrimStart('-').Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..])));

    static string[] Checked(Command command, string[] tokens, string where) => command.Parse(tokens).Errors switch
    {
        [] => tokens,
        [var error, ..] => throw new CommandException(ExitCode.BadUsage, $"{where}: {Usage.Say(error)}"),
    };

    static Dictionary<string, string[]> Read(string file, Command command)
    {
        try
        {
            using var document = JsonDocument.Parse(
                File.ReadAllBytes(file), new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false });
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                throw new CommandException(ExitCode.BadUsage, $"{file} must be a JSON object of settings.");
            var known = command.Options.Where(IsSetting).Select(Key).Order(StringComparer.Ordinal).ToList();
            return document.RootElement.EnumerateObject().ToDictionary(
                setting => known.Contains(setting.Name)
                    ? setting.Name
                    : throw new CommandException(ExitCode.BadUsage, $"{file}: there is no setting '{setting.Name}'; known are {string.Join(", ", known)}."),
                setting => Texts(setting, file));
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new CommandException(ExitCode.BadUsage, $"The settings in {file} cannot be read: {unread.Message}");
        }
    }

    static string[] Texts(JsonProperty setting, string file) => setting.Value.ValueKind switch
    {
        JsonValueKind.String => [setting.Value.GetString()!],
        JsonValueKind.Number => [setting.Value.GetRawText()],
        JsonValueKind.Array when setting.Value.EnumerateArray().All(value => value.ValueKind is JsonValueKind.String) =>
            [.. setting.Value.EnumerateArray().Select(value => value.GetString()!)],
        _ => throw new CommandException(ExitCode.BadUsage, $"{file}: '{setting.Name}' must be a text, a number, or a list of texts."),
    };
}
