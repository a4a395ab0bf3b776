using System.CommandLine;
using System.Runtime.InteropServices;
using Rein.Cli.Children;
using Rein.Cli.Show;

namespace Rein.Cli.Demo;

static class DemoCommand
{
    public static Command Build()
    {
        var folder = new Option<string>("--folder")
        {
            Description = "What is taken inventory of.",
            DefaultValueFactory = _ => "/usr/share",
            HelpName = "DIR",
        };
        var keep = new Option<bool>("--keep") { Description = "Leaves the server up, and says how to reach it." };
        var command = new Command("demo", "Starts a server, runs real work, stops it, and shows the receipts. Ends by itself.") { folder, keep };
        command.SetAction((parsed, _) => Guarded.Run(() => Show(parsed.GetRequiredValue(folder), parsed.GetValue(keep))));
        return command;
    }

    static async Task<ExitCode> Show(string folder, bool keep)
    {
        if (!Directory.Exists(folder))
            throw new CommandException(ExitCode.BadUsage, $"There is no folder {folder}.");
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using var server = await ServerChild.Start("--allow", "process");
        var shown = Show(server, folder);
        if (await Task.WhenAny(shown, interrupted.Task) != shown)
            return ExitCode.Interrupted;
        await shown;
        if (keep)
            Keep(server);
        return ExitCode.Ok;

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            interrupted.TrySetResult();
        }
    }

    static async Task Show(ServerChild server, string folder)
    {
        var screen = Screen.Standard;
        screen.Line($"A server of its own: {server.Url}, ready after {Figures.Ms(server.ReadyAfter)}, its data in {server.Data}");
        using var client = server.Client();
        await new Inventory(client, screen).Show(Path.GetFullPath(folder));
        await new Stubborn(client, screen).Show();
    }

    static void Keep(ServerChild server)
    {
        server.Keep();
        var screen = Screen.Standard;
        screen.Line();
        screen.Line("The server stays up. To look around, and to end it:");
        screen.Line($"  export REIN_DATA={server.Data}");
        screen.Line("  rein runs");
        screen.Line($"  kill {server.Pid}");
    }
}
