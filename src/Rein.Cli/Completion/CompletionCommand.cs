using System.CommandLine;

namespace Rein.Cli.Completion;

static class CompletionCommand
{
    public static Command Build()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Prints what lets a shell complete this command line: source <(rein completion bash)") { shell };
        command.SetAction((parsed, _) => Guarded.Run(() => Print(parsed.GetRequiredValue(shell))));
        return command;
    }

    static async Task<ExitCode> Print(string shell)
    {
        await using var script = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"completion/{shell}")!;
        using var reader = new StreamReader(script);
        await Console.Out.WriteAsync(await reader.ReadToEndAsync());
        return ExitCode.Ok;
    }
}
