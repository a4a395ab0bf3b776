using System.CommandLine;
using Rein.Cli.Runs;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Access;

static class KeysCommand
{
    public static Command Build()
    {
        var json = Output.Json();
        var command = new Command("keys", "Lists the API keys of the organization, makes, rotates or revokes one.") { json, Create(), Rotate(), Revoke() };
        command.SetAction((parsed, _) => Guarded.Run(() => List(parsed.GetValue(json))));
        return command;
    }

    static Command Create()
    {
        var name = new Argument<string>("name") { Description = "Who it stands for: what it does is recorded as done by key:NAME.", HelpName = "NAME" };
        var scope = new Option<string[]>("--scope") { Description = "What it may do: read, start, stop, work, admin; repeatable. With --pool: work." };
        var pool = new Option<string>("--pool") { Description = "With the scope work alone: its workers open sessions in this pool, and nowhere else.", HelpName = "POOL" };
        var expires = new Option<string>("--expires") { Description = "How long it opens, e.g. 12h or 30d. Default: for ever.", HelpName = "TIME" };
        var requests = new Option<double?>("--requests-per-second") { Description = "What it may ask for in a second, stops aside. Default: the server's figure.", HelpName = "N" };
        var stops = new Option<double?>("--stops-per-second") { Description = "How many stops in a second. Default: the server's figure.", HelpName = "N" };
        var json = Output.Json();
        scope.AcceptOnlyFromAmong("read", "start", "stop", "work", "admin");
        var command = new Command("create", "Makes a key, and prints it: once, and never again.") { name, scope, pool, expires, requests, stops, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            var request = new CreateKeyRequest
            {
                Name = parsed.GetRequiredValue(name),
                Scopes = Scopes(parsed.GetValue(scope), parsed.GetValue(pool)),
                Pool = parsed.GetValue(pool),
                ExpiresInSeconds = Lifetimes.Parse(parsed.GetValue(expires), "--expires")?.TotalSeconds,
                RequestsPerSecond = parsed.GetValue(requests),
                StopsPerSecond = parsed.GetValue(stops),
            };
            using var client = Reach.Client();
            return Tell(await client.CreateKey(request), parsed.GetValue(json));
        }));
        return command;
    }

    static string[] Scopes(string[]? said, string? pool) => said is { Length: > 0 }
        ? said
        : pool is not null ? ["work"] : throw new CommandException(ExitCode.BadUsage, "Say what it may do: --scope, one or some of read, start, stop, work, admin.");

    static Command Rotate()
    {
        var (key, json) = (Key(), Output.Json());
        var overlap = new Option<string>("--overlap") { Description = "How long the former secret opens still, e.g. 1h. Default: not at all.", HelpName = "TIME" };
        var command = new Command("rotate", "Gives a key a new secret, and prints it: once, and never again.") { key, overlap, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            var span = Lifetimes.Parse(parsed.GetValue(overlap), "--overlap");
            using var client = Reach.Client();
            var known = await Find(client, parsed.GetRequiredValue(key));
            return Tell(await client.RotateKey(known.Id, span), parsed.GetValue(json));
        }));
        return command;
    }

    static Command Revoke()
    {
        var key = Key();
        var command = new Command("revoke", "Revokes a key: at once on the server that answers, within five seconds on every other.") { key };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            using var client = Reach.Client();
            await client.RevokeKey((await Find(client, parsed.GetRequiredValue(key))).Id);
            return ExitCode.Ok;
        }));
        return command;
    }

    static Argument<string> Key() => new("key") { Description = "Its id, or its name where only one has it.", HelpName = "KEY" };

    static async Task<KeyDocument> Find(ReinClient client, string said)
    {
        var keys = (await client.ListKeys()).Keys;
        var found = keys.Where(key => Guid.TryParse(said, out var id) ? key.Id == id : key.Name == said).ToList();
        return found.Count switch
        {
            1 => found[0],
            0 => throw new CommandException(ExitCode.NotFound, $"There is no key '{said}'; `rein keys` lists them."),
            _ => throw new CommandException(ExitCode.BadUsage, $"{found.Count} keys are called '{said}': say the id; `rein keys` lists them."),
        };
    }

    static ExitCode Tell(KeyDocument key, bool json)
    {
        if (json)
            Output.Write(key, ProtocolJson.Default.KeyDocument);
        else
            Screen.Standard.Line(key.Key!);
        return ExitCode.Ok;
    }

    static async Task<ExitCode> List(bool json)
    {
        using var client = Reach.Client();
        var list = await client.ListKeys();
        if (json)
            Output.Write(list, ProtocolJson.Default.KeyList);
        else
            foreach (var key in list.Keys)
                Screen.Standard.Line(string.Join('\t', key.Id, key.Name, string.Join(',', key.Scopes) + (key.Pool is { } pool ? $" in {pool}" : ""), Say("used", key.UsedAt, "no use noted"), Say("until", key.ExpiresAt, "for ever")));
        return ExitCode.Ok;
    }

    static string Say(string what, DateTimeOffset? moment, string otherwise) => moment is { } known ? $"{what} {Figures.Moment(known)}" : otherwise;
}
