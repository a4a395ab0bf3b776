using System.CommandLine;
using Rein.Steps.Scripts;

namespace Rein.Cli.Up;

/// <summary>What `rein up` and `rein worker` were told of scripts.</summary>
sealed record ScriptSettings
{
    public NetworkRule Network { get; init; } = NetworkRule.Deny;
    public int Warm { get; init; } = 2;
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Interpreters { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    /// <param name="data">The worker's data folder.</param>
    public ScriptOptions In(string data) => new(FolderIn(data))
    {
        Network = Network, Warm = Warm, Interpreters = Interpreters, Say = words => Console.Error.WriteLine(words),
    };

    public static string FolderIn(string data) => Path.Combine(Path.GetFullPath(data), "scripts");
}

/// <summary>The options of scripts, which `rein up` and `rein worker` share.</summary>
sealed class ScriptArguments
{
    readonly Option<string> network = new("--script-network") { Description = "Whether scripts have the network: deny (not where the machine can take it away), allow, or require (no script is executed where it cannot). Default: deny." };
    readonly Option<int?> warm = new("--script-warm") { Description = "How many interpreters wait for scripts, of each language that was used lately: 0 to 64. Default: 2.", HelpName = "N" };
    readonly Option<string[]> interpreter = new("--script-interpreter") { Description = "The program of a language, with its arguments: python=/usr/bin/python3.12. Repeatable. Default: node for javascript, python3 for python.", HelpName = "LANGUAGE=PROGRAM" };

    public ScriptArguments() => network.AcceptOnlyFromAmong("deny", "allow", "require");

    public IEnumerable<Option> Options => [network, warm, interpreter];

    /// <exception cref="CommandException">A value is out of bounds.</exception>
    public ScriptSettings Read(Func<Option<string>, string?> text, Func<Option<int?>, int?> number, Func<Option<string[]>, string[]?> texts)
    {
        if (number(warm) is < 0 or > ScriptOptions.MostWarm)
            throw new CommandException(ExitCode.BadUsage, $"{warm.Name} must be from 0 to {ScriptOptions.MostWarm}.");
        try
        {
            return new()
            {
                Network = text(network) is { } rule ? Enum.Parse<NetworkRule>(rule, ignoreCase: true) : NetworkRule.Deny,
                Warm = number(warm) ?? 2,
                Interpreters = ScriptOptions.ParseInterpreters(texts(interpreter) ?? []),
            };
        }
        catch (FormatException wrong)
        {
            throw new CommandException(ExitCode.BadUsage, $"{interpreter.Name}: {wrong.Message}.");
        }
    }
}
