using System.CommandLine;
using System.Globalization;
using Rein.Server.Dialects;

namespace Rein.Cli.Up;

/// <summary>What `rein up` may be told of the dialects it speaks.</summary>
sealed class DialectArguments
{
    readonly Option<string[]> host = new("--dialect-host")
    {
        Description = "Whatever is sent to this host name is in this dialect, without its path before it. Repeatable.", HelpName = "DIALECT=HOST",
    };

    readonly Option<string[]> grace = new("--dialect-grace")
    {
        Description = "How long what executes may take to end after a stop in this dialect. Repeatable. Default: 10.", HelpName = "DIALECT=SECONDS",
    };

    readonly Option<string[]> setting = new("--dialect-set")
    {
        Description = "Something that only one dialect can be told; its page says what there is. Repeatable.", HelpName = "DIALECT.NAME=VALUE",
    };

    public IReadOnlyList<Option> Options => [host, grace, setting];

    /// <exception cref="CommandException">One of them cannot be read, or a host is said twice.</exception>
    public DialectOptions Read(Func<Option<string[]>, string[]?> get) => new()
    {
        Hosts = Pairs(get(host), host).Select(pair => (Host: pair.Value, Dialect: pair.Name)).Aggregate(
            new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase),
            (all, pair) => all.TryAdd(pair.Host, pair.Dialect) ? all : throw new CommandException(ExitCode.BadUsage, $"{host.Name} says twice what {pair.Host} speaks.")),
        Graces = Pairs(get(grace), grace).Aggregate(new Dictionary<string, TimeSpan>(), (all, pair) =>
        {
            all[pair.Name] = double.TryParse(pair.Value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 3600
                ? TimeSpan.FromSeconds(seconds)
                : throw new CommandException(ExitCode.BadUsage, $"{grace.Name} {pair.Name}={pair.Value} is no time from 0 to 3600 seconds.");
            return all;
        }),
        Settings = Pairs(get(setting), setting).Aggregate(new Dictionary<string, string>(), (all, pair) =>
            all.TryAdd(pair.Name, pair.Value) ? all : throw new CommandException(ExitCode.BadUsage, $"{setting.Name} says {pair.Name} twice.")),
    };

    static IEnumerable<(string Name, string Value)> Pairs(string[]? said, Option option) => (said ?? []).SelectMany(text => text.Split(',')).Select(text =>
        text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } value]
            ? (name, value)
            : throw new CommandException(ExitCode.BadUsage, $"{option.Name} {text} is not {option.HelpName}."));
}
