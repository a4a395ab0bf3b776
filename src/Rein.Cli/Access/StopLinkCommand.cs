using System.CommandLine;
using Rein.Cli.Completion;
using Rein.Cli.Runs;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Access;

static class StopLinkCommand
{
    public static Command Build()
    {
        var (run, json) = (Output.Run().SuggestLiveRuns(), Output.Json());
        var name = new Option<string>("--name") { Description = "Whom it is for; shown in the list only.", HelpName = "TEXT" };
        var expires = new Option<string>("--expires") { Description = "How long it opens, e.g. 12h or 30d. Default: for ever.", HelpName = "TIME" };
        var list = new Option<bool>("--list") { Description = "Lists the links of the run instead." };
        var revoke = new Option<Guid?>("--revoke") { Description = "Revokes the link of this id instead.", HelpName = "LINK" };
        var command = new Command("stop-link", "Makes a link that can watch and stop one run, and nothing else, and prints it: once, and never again.")
        {
            run, name, expires, list, revoke, json,
        };
        command.SetAction((parsed, _) => Guarded.Run(() =>
        {
            var id = parsed.GetValue(run);
            if (parsed.GetValue(revoke) is { } link)
                return Revoke(id, link);
            if (parsed.GetValue(list))
                return List(id, parsed.GetValue(json));
            var request = new CreateStopLinkRequest
            {
                Name = parsed.GetValue(name), ExpiresInSeconds = Lifetimes.Parse(parsed.GetValue(expires), "--expires")?.TotalSeconds,
            };
            return Create(id, request, parsed.GetValue(json));
        }));
        return command;
    }

    static async Task<ExitCode> Create(Guid run, CreateStopLinkRequest request, bool json)
    {
        using var client = Reach.Client();
        var link = await client.CreateStopLink(run, request);
        if (json)
            Output.Write(link, ProtocolJson.Default.StopLinkDocument);
        else
            Screen.Standard.Line(link.Url!);
        return ExitCode.Ok;
    }

    static async Task<ExitCode> List(Guid run, bool json)
    {
        using var client = Reach.Client();
        var links = await client.ListStopLinks(run);
        if (json)
            Output.Write(links, ProtocolJson.Default.StopLinkList);
        else
            foreach (var link in links.Links)
                Screen.Standard.Line(string.Join('\t', link.Id, link.Actor, link.Name, link.ExpiresAt is { } end ? $"until {Figures.Moment(end)}" : "for ever"));
        return ExitCode.Ok;
    }

    static async Task<ExitCode> Revoke(Guid run, Guid link)
    {
        using var client = Reach.Client();
        await client.RevokeStopLink(run, link);
        return ExitCode.Ok;
    }
}
