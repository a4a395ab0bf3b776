using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>What the commands about runs have in common: the run's id, `--json`, and JSON as the API spells it.</summary>
static class Output
{
    public static Argument<Guid> Run() => new("run") { Description = "The run's id.", HelpName = "RUN", CustomParser = ReadId };

    static Guid ReadId(ArgumentResult said)
    {
        if (!Guid.TryParse(said.Tokens[0].Value, out var id))
            said.AddError($"'{said.Tokens[0].Value}' is no run's id; `rein runs` lists them.");
        return id;
    }

    public static Option<bool> Json() => new("--json") { Description = "Prints what the API answers, as JSON." };

    public static void Write<T>(T document, JsonTypeInfo<T> type) => Console.Out.WriteLine(JsonSerializer.Serialize(document, type));

    public static ExitCode CodeOf(RunDocument run) => run.State switch
    {
        "failed" => ExitCode.RunFailed,
        "stopped" => ExitCode.RunStopped,
        _ => ExitCode.Ok,
    };
}
