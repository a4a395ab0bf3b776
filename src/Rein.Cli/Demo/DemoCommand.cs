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
        var url = new Option<string>("--url") { Description = "What is crawled. Default: the documentation that the server itself serves.", HelpName = "URL" };
        var keep = new Option<bool>("--keep") { Description = "Leaves the server up, and says how to reach it." };
        var command = new Command("demo", "Starts a server, runs real work, stops it, and shows the receipts. Ends by itself.") { folder, url, keep };
        command.SetAction((parsed, _) => Guarded.Run(() => Show(parsed.GetRequiredValue(folder), Site(parsed.GetValue(url)), parsed.GetValue(keep))));
        return command;
    }

    /// <summary>Null is the server's own documentation.</summary>
    internal static Uri? Site(string? url) => url switch
    {
        null => null,
        _ when Uri.TryCreate(url, UriKind.Absolute, out var site) && site is { Scheme: "http" or "https", UserInfo: "" } => site,
        _ => throw new CommandException(ExitCode.BadUsage, $"--url {url} is no address like https://example.com/."),
    };

    static async Task<ExitCode> Show(string folder, Uri? site, bool keep)
    {
        if (!Directory.Exists(folder))
            throw new CommandException(ExitCode.BadUsage, $"There is no folder {folder}.");
        var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using var server = await ServerChild.Start("--allow", "process", "--allow-address", Opened(site));
        var shown = Show(server, folder, site);
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

    /// <summary>Whoever starts the demo says what it crawls, so that is open to it: the named host and port, or this machine for the server's own pages.</summary>
    internal static string Opened(Uri? site) => site is null ? "127.0.0.1" : $"{(site.HostNameType is UriHostNameType.IPv6 ? site.Host : site.IdnHost)}:{site.Port}";

    static async Task Show(ServerChild server, string folder, Uri? site)
    {
        var screen = Screen.Standard;
        screen.Line($"A server of its own: {server.Url}, ready after {Figures.Ms(server.ReadyAfter)}, its data in {server.Data}");
        using var client = server.Client();
        await new Inventory(client, screen).Show(Path.GetFullPath(folder));
        await new Stubborn(client, screen).Show();
        await new SiteCrawl(client, screen).Show(site ?? new(server.Url, "docs/"));
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
