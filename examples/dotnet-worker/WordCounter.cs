using Microsoft.Extensions.Logging;
using Rein.Worker;

namespace Rein.Examples;

/// <summary>Counts the words of the text files in a folder: an item per file. A later try goes on behind the last file that was counted.</summary>
sealed class WordCounter(ILogger<WordCounter> log) : IStepHandler<Folder, Totals>
{
    public async Task<Totals> Handle(RunContext run, Folder input, CancellationToken stop)
    {
        var files = Directory.GetFiles(input.Path, "*.txt").Order(StringComparer.Ordinal).ToList();
        var place = run.LastCheckpoint<Totals>() ?? new(0, 0);
        Log.Counting(log, files.Count - place.Files, input.Path);
        foreach (var file in files.Skip(place.Files))
        {
            run.Progress((double)place.Files / files.Count, Path.GetFileName(file));
            var text = await File.ReadAllTextAsync(file, stop);
            var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;
            // Both or none of them: a stop waits for it, and never beyond its grace.
            await run.Protect(async () =>
            {
                await run.Items.AddValue(new { file = Path.GetFileName(file), words });
                await run.Checkpoint(place = new(place.Files + 1, place.Words + words));
            });
        }
        return place;
    }
}

sealed record Folder(string Path);

sealed record Totals(int Files, int Words);

sealed record Nap(double Seconds);

static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Counting the words of {Files} files in {Folder}")]
    public static partial void Counting(ILogger log, int files, string folder);
}
