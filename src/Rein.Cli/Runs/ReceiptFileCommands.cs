using System.CommandLine;
using Rein.Cli.Show;
using Rein.Protocol;
using Rein.Protocol.Receipts;

namespace Rein.Cli.Runs;

/// <summary>Receipts as a file that holds by itself: written with a server, checked without one.</summary>
static class ReceiptFileCommands
{
    public static Command Export()
    {
        var output = new Option<string>("--output") { Description = "Where to; it appears when it is whole. Default: standard output.", HelpName = "FILE" };
        var after = new Option<long>("--after") { Description = "Goes on from a place that an earlier export ended at.", HelpName = "PLACE" };
        var command = new Command("export", "Writes all sealed receipts of the organization, for `rein receipt verify`.") { output, after };
        command.SetAction((parsed, _) => Guarded.Run(() => Write(parsed.GetValue(output), parsed.GetValue(after))));
        return command;
    }

    public static Command Verify()
    {
        var file = new Argument<string>("file") { Description = "What `rein receipt export` wrote; - for standard input.", HelpName = "FILE" };
        var key = new Option<string[]>("--key") { Description = "A public key that is trusted (PEM), e.g. a server's DIR/seal.pub; may be given several times.", HelpName = "PUB", Required = true };
        var command = new Command("verify", "Checks exported receipts without a server: nothing was changed, removed, inserted or exchanged.") { file, key };
        command.SetAction((parsed, _) => Guarded.Run(() => Check(parsed.GetRequiredValue(file), parsed.GetRequiredValue(key))));
        return command;
    }

    public static Command Keys()
    {
        var json = Output.Json();
        var command = new Command("keys", "Prints the public keys that have sealed receipts on this server, as PEM.") { json };
        command.SetAction((parsed, _) => Guarded.Run(() => PrintKeys(parsed.GetValue(json))));
        return command;
    }

    static async Task<ExitCode> Write(string? output, long after)
    {
        if (after < 0)
            throw new CommandException(ExitCode.BadUsage, "--after is a place: 0 or more.");
        using var client = Reach.Client();
        if (output is null)
            await client.ExportReceipts(Console.OpenStandardOutput(), after);
        else
            await WholeFile.Write(output, to => client.ExportReceipts(to, after));
        return ExitCode.Ok;
    }

    static async Task<ExitCode> Check(string file, string[] keys)
    {
        using var verifier = new ReceiptVerifier();
        foreach (var key in keys)
            Trust(verifier, key);
        try
        {
            await using var stream = file == "-" ? Console.OpenStandardInput() : File.OpenRead(file);
            Tell(await verifier.Verify(stream));
            return ExitCode.Ok;
        }
        catch (ReceiptFileException broken)
        {
            throw new CommandException(ExitCode.NotVerified, $"NOT VERIFIED: {file}, {broken.Message}.");
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadUsage, $"{file} cannot be read: {unread.Message}");
        }
    }

    static void Trust(ReceiptVerifier verifier, string file)
    {
        try
        {
            verifier.Trust(File.ReadAllText(file));
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CommandException(ExitCode.BadUsage, $"--key {file} is no public key in PEM: {unread.Message}");
        }
    }

    static void Tell(ReceiptFile file)
    {
        if (file.Seal is not { } seal)
        {
            Screen.Standard.Line($"verified: organization {file.Organization}, nothing is sealed after place {file.After}");
            return;
        }
        Screen.Standard.Line($"verified: organization {file.Organization}, {Figures.Count(file.Place - file.After, "entry", "entries")} at places {file.After + 1} to {file.Place}");
        Screen.Standard.Line($"sealed:   {Figures.Count(file.Seals, "seal")}, the last is number {seal.Number} of {Figures.Moment(seal.At)} by key {seal.Key}");
        Screen.Standard.Line("What came after that seal, or was cut off together with its seals, this file cannot show.");
    }

    static async Task<ExitCode> PrintKeys(bool json)
    {
        using var client = Reach.Client();
        var keys = await client.ListSealKeys();
        if (json)
            Output.Write(keys, ProtocolJson.Default.SealKeyList);
        else
            foreach (var key in keys.Keys)
                Screen.Standard.Line($"# {key.Id}, since {Figures.Moment(key.Since)}\n{key.PublicKey.TrimEnd()}");
        return ExitCode.Ok;
    }
}
