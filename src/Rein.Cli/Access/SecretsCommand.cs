using System.CommandLine;
using Rein.Cli.Runs;
using Rein.Cli.Show;
using Rein.Protocol;
using Spectre.Console;

namespace Rein.Cli.Access;

static class SecretsCommand
{
    public static Command Build()
    {
        var json = Output.Json();
        var command = new Command("secrets", "Lists the names of the organization's secrets, sets or removes one.") { json, Set(), Remove() };
        command.SetAction((parsed, _) => Guarded.Run(() => List(parsed.GetValue(json))));
        return command;
    }

    static Argument<string> Name() => new("name") { Description = "What stands behind $secrets. in a payload.", HelpName = "NAME" };

    static Command Set()
    {
        var (name, json) = (Name(), Output.Json());
        var command = new Command("set", "Sets a secret from standard input, or asks for it at a terminal. Never from an argument: others could read that.") { name, json };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            var value = await Read();
            using var client = Reach.Client();
            var set = await client.PutSecret(parsed.GetRequiredValue(name), value);
            if (parsed.GetValue(json))
                Output.Write(set, ProtocolJson.Default.SecretDocument);
            if (set.IsMasked is false)
                await Console.Error.WriteLineAsync("It is too short to be masked in logs and results.");
            return ExitCode.Ok;
        }));
        return command;
    }

    static Command Remove()
    {
        var name = Name();
        var command = new Command("remove", "Removes a secret. Steps that need it fail from now on.") { name };
        command.SetAction((parsed, _) => Guarded.Run(async () =>
        {
            using var client = Reach.Client();
            await client.RemoveSecret(parsed.GetRequiredValue(name));
            return ExitCode.Ok;
        }));
        return command;
    }

    /// <summary>What an editor or `echo` puts behind the last line is no part of it.</summary>
    static async Task<string> Read()
    {
        var text = Console.IsInputRedirected
            ? await Console.In.ReadToEndAsync()
            : AnsiConsole.Prompt(new TextPrompt<string>("Value (not shown):").Secret(null).AllowEmpty());
        var value = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
        return value.Length > 0 ? value : throw new CommandException(ExitCode.BadUsage, "Nothing came on standard input: the value of a secret has at least one character.");
    }

    static async Task<ExitCode> List(bool json)
    {
        using var client = Reach.Client();
        var list = await client.ListSecrets();
        if (json)
            Output.Write(list, ProtocolJson.Default.SecretList);
        else
            foreach (var secret in list.Secrets)
                Screen.Standard.Line($"{secret.Name}\tset {Figures.Moment(secret.SetAt)}");
        return ExitCode.Ok;
    }
}
