using System.CommandLine;
using System.Security.Cryptography;
using Rein.Cli.Completion;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Runs;

static class ExportCommand
{
    public static Command Build()
    {
        var (run, json) = (Output.Run().SuggestRuns(), Output.Json());
        var format = new Option<string>("--format") { Description = "Default: ndjson, which the SHA-256 is over.", HelpName = "ndjson|json|csv", DefaultValueFactory = _ => "ndjson" };
        format.AcceptOnlyFromAmong("ndjson", "json", "csv");
        var output = new Option<string>("--output") { Description = "Where it is saved. Default: run-ID.FORMAT in this folder.", HelpName = "FILE" };
        var wait = new Option<string>("--wait") { Description = "How long to wait for the end of the run and the count of its items. Default: 60s.", HelpName = "TIME", DefaultValueFactory = _ => "60s" };
        var command = new Command("export", "Saves the file of a run that has ended: all of it, or no file at all.") { run, format, output, wait, json };
        command.SetAction((parsed, cancel) => Guarded.Run(async () =>
        {
            using var client = Reach.Client();
            using var export = await client.ReadExport(parsed.GetValue(run), parsed.GetValue(format)!, Waits.Parse(parsed.GetValue(wait)!), cancel);
            return await Save(export, parsed.GetValue(format)!, parsed.GetValue(output), parsed.GetValue(json), cancel);
        }));
        return command;
    }

    static async Task<ExitCode> Save(ExportFile export, string format, string? path, bool json, CancellationToken cancel)
    {
        var saved = await Save(export, format, path ?? Path.GetFileName(export.FileName), cancel);
        if (json)
            Output.Write(saved, ProtocolJson.Default.SavedExport);
        else
            Screen.Standard.Line($"{saved.File}  {Figures.Count(saved.Items, "item")}  {(format is "ndjson" ? "sha256" : "sha256 as ndjson")} {saved.Sha256}");
        return ExitCode.Ok;
    }

    /// <summary>All of it, and what it should be, or no file at all.</summary>
    public static async Task<SavedExport> Save(ExportFile export, string format, string file, CancellationToken cancel = default)
    {
        await WholeFile.Write(file, async to =>
        {
            if (await Copy(export.Content, to, cancel) is var sha256 && format is "ndjson" && sha256 != export.Sha256)
                throw new CommandException(ExitCode.Refused, $"What came has the SHA-256 {sha256}, and should have {export.Sha256}: nothing was saved.");
        });
        return new() { File = file, Format = format, Items = export.Items, Sha256 = export.Sha256 };
    }

    static async Task<string> Copy(Stream from, Stream to, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[64 << 10];
        while (await Read(from, buffer, cancel) is > 0 and var count)
        {
            hash.AppendData(buffer.AsSpan(0, count));
            await to.WriteAsync(buffer.AsMemory(0, count), cancel);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    static async ValueTask<int> Read(Stream from, byte[] buffer, CancellationToken cancel)
    {
        try
        {
            return await from.ReadAsync(buffer, cancel);
        }
        catch (Exception broken) when (broken is HttpRequestException or IOException)
        {
            throw new CommandException(ExitCode.Refused, $"The file broke off, and nothing was saved: {broken.Message}");
        }
    }
}
