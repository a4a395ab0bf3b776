using System.Text.Json;
using Rein.Cli.Show;
using Rein.Protocol;

namespace Rein.Cli.Demo;

/// <summary>Path and SHA-256 of every file below a folder, as items; stopped in the middle, and what it has found until then is kept.</summary>
sealed class Inventory(ReinClient client, Screen screen)
{
    const string Definition = """
        { "nodes": {
            "root": { "type": "manual", "children": ["hash"] },
            "hash": { "type": "process", "payload": { "items": "lines",
                        "command": ["find", "{{root.result.folder}}", "-type", "f", "-exec", "sha256sum", "{}", "+"] } } },
          "inputSchema": [ { "key": "folder", "type": "string", "required": true, "description": "what to hash" } ] }
        """;

    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(8);
    static readonly TimeSpan ProofComes = TimeSpan.FromSeconds(20);

    public async Task Show(string folder)
    {
        await client.SaveWorkflow("inventory", JsonElement.Parse(Definition));
        var files = CountFiles(folder);
        screen.Line();
        screen.Line($"1  An inventory: the SHA-256 of every one of {Figures.Count(files, "file")} below {folder}; to be stopped half way, or after {Longest.TotalSeconds:0} s");
        screen.Line();
        var run = await client.Start("inventory", new() { Input = JsonElement.Parse($$"""{"folder":{{JsonSerializer.Serialize(folder)}}}""") });
        var isHalf = await UntilHalf(run.Id, files);
        var sent = TimeProvider.System.GetUtcNow();
        var reply = await client.Stop(run.Id, new() { Reason = isHalf ? "half is enough" : "long enough", GraceSeconds = 2 }, ProofComes);
        if (reply.Stop is { } receipt)
            foreach (var line in Waterfall.Of(receipt, sent))
                screen.Line(line);
        else
            screen.Line($"It was faster than the stop: {reply.State}. A larger --folder shows more.");
        await Account(run.Id, reply.Stop, files);
    }

    static int CountFiles(string folder) =>
        Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None | FileAttributes.ReparsePoint }).Count();

    async Task<bool> UntilHalf(Guid run, int files)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        RunDocument now;
        do
        {
            now = await client.ReadRun(run);
            var after = TimeProvider.System.GetElapsedTime(began);
            screen.Status($"  {now.State} · {Figures.Count(now.Items)} of {Figures.Count(files, "file")} · {Figures.Seconds(after)}");
            if (now.HasEnded || now.Items * 2 >= files || after > Longest)
                break;
        }
        while (await timer.WaitForNextTickAsync());
        screen.Status("");
        screen.Line($"{Figures.Count(now.Items, "item")} after {Figures.Seconds(TimeProvider.System.GetElapsedTime(began))}");
        return now.Items * 2 >= files;
    }

    /// <summary>What was acknowledged, what the receipt says, and what can be read must be the same.</summary>
    async Task Account(Guid run, ReceiptDocument? receipt, int files)
    {
        var (readable, last) = (0L, "");
        using (var reader = new StreamReader(await client.StreamItems(run)))
            while (await reader.ReadLineAsync() is { } line)
                (readable, last) = (readable + 1, line);
        var said = (await Exported(run)).Items;
        receipt = receipt is null ? null : await client.ReadReceipt(run);
        if (readable != said || (receipt?.Manifest is { } manifest && manifest.Items != readable))
            throw new CommandException(ExitCode.Refused, $"{said} items acknowledged, {receipt?.Manifest?.Items} in the receipt, {readable} readable: this must not happen.");
        screen.Line($"{"kept",-11}{Figures.Count(readable, "item")} of {Figures.Count(files, "file")}: as many as were acknowledged, and as the receipt says. The last one:");
        screen.Line($"{"",-11}{last}");
        if (receipt is not null)
            foreach (var line in ReceiptText.Of(receipt))
                screen.Line(line);
    }

    /// <summary>The manifest is made right after the end, by a duty.</summary>
    async Task<RunDocument> Exported(Guid run)
    {
        var began = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Tick, TimeProvider.System);
        RunDocument document;
        do
            document = await client.ReadRun(run);
        while (document.Export is { State: "due" } && TimeProvider.System.GetElapsedTime(began) < Longest && await timer.WaitForNextTickAsync());
        return document;
    }
}
