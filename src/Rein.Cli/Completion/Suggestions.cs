using System.CommandLine;
using System.CommandLine.Completions;
using System.Globalization;
using Rein.Protocol;

namespace Rein.Cli.Completion;

/// <summary>
/// What a press of Tab is answered with beside commands and options: what the server knows. Where there is none, or it takes its time, with nothing: a
/// shell that waits, or prints what went wrong into the line, is worse.
/// </summary>
static class Suggestions
{
    const int UsualPatience = 1000;

    static readonly string[] Live = ["queued", "running", "waiting"];

    /// <summary>Runs that can still be stopped or watched.</summary>
    public static Argument<T> SuggestLiveRuns<T>(this Argument<T> argument) => argument.Suggest(cancel => Runs(new() { States = Live }, cancel));

    /// <summary>The latest runs, ended or not.</summary>
    public static Argument<T> SuggestRuns<T>(this Argument<T> argument) => argument.Suggest(cancel => Runs(new(), cancel));

    public static Argument<T> SuggestWorkflows<T>(this Argument<T> argument) => argument.Suggest(Workflows);

    public static Option<T> SuggestWorkflows<T>(this Option<T> option)
    {
        option.CompletionSources.Add(context => Ask(Workflows, context));
        return option;
    }

    public static Argument<T> SuggestLimits<T>(this Argument<T> argument) => argument.Suggest(Limits);

    public static Option<T> SuggestLimits<T>(this Option<T> option)
    {
        option.CompletionSources.Add(context => Ask(Limits, context));
        return option;
    }

    static Argument<T> Suggest<T>(this Argument<T> argument, Words words)
    {
        argument.CompletionSources.Add(context => Ask(words, context));
        return argument;
    }

    /// <summary>The library asks for them in the middle of its own work, and does not await.</summary>
    static IEnumerable<CompletionItem> Ask(Words words, CompletionContext context)
    {
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var known = Task.Run(() => words(patience.Token), patience.Token).WaitAsync(patience.Token).GetAwaiter().GetResult();
            return known.Where(word => word.StartsWith(context.WordToComplete, StringComparison.Ordinal)).Select(word => new CompletionItem(word));
        }
        catch (Exception silent) when (silent is ReinException or CommandException or OperationCanceledException)
        {
            return [];
        }
    }

    /// <summary>In milliseconds.</summary>
    static int Patience =>
        int.TryParse(Environment.GetEnvironmentVariable("REIN_COMPLETION_MS"), NumberStyles.None, CultureInfo.InvariantCulture, out var said) ? said : UsualPatience;

    static async Task<IEnumerable<string>> Runs(RunQuery query, CancellationToken cancel)
    {
        using var client = Reach.Client();
        return (await client.ListRuns(query, cancel)).Runs.Select(run => run.Id.ToString());
    }

    static async Task<IEnumerable<string>> Workflows(CancellationToken cancel)
    {
        using var client = Reach.Client();
        return (await client.ListWorkflows(limit: 500, cancel: cancel)).Workflows.Select(workflow => workflow.Name);
    }

    static async Task<IEnumerable<string>> Limits(CancellationToken cancel)
    {
        using var client = Reach.Client();
        return (await client.ListLimits(limit: 500, cancel: cancel)).Limits.Select(limit => limit.Key);
    }

    delegate Task<IEnumerable<string>> Words(CancellationToken cancel);
}
