using System.CommandLine;

namespace Rein.Cli.Runs;

static class StartCommand
{
    /// <param name="foreign">The command that stood behind `--`; null where nothing did.</param>
    public static Command Build(string[]? foreign)
    {
        var command = new Command(
            "start",
            "Starts a run: of a saved workflow, of a definition in a file, or of a command: rein start -- CMD ARGS…");
        var arguments = new StartArguments(command, foreign);
        var (watch, json) = (StartedRun.Watch(), Output.Json());
        command.Add(watch);
        command.Add(json);
        command.SetAction((parsed, _) => Guarded.Run(() => Start(arguments, parsed, parsed.GetValue(watch), parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Start(StartArguments arguments, ParseResult parsed, bool watch, bool json)
    {
        var (workflow, request) = arguments.Read(parsed);
        using var client = Reach.Client();
        return await StartedRun.Follow(client, () => workflow is null ? client.StartInline(request) : client.Start(workflow, request), watch, json);
    }
}
