using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Protocol.Workers;
using Rein.Server.Api.Views;
using Rein.Server.Dialects.Lobstr.Squids;
using Rein.Server.Dialects.Lobstr.Tasks;

namespace Rein.Server.Dialects.Lobstr.Results;

/// <summary>
/// Items as results. A page is found by what each attempt has collected, which is counted where it is kept, and its items are numbered: what lies before the
/// page is not read.
/// </summary>
sealed class ResultPages(IStores stores, RunPages pages, TaskPages tasks)
{
    static readonly string[] s_own = ["id", "object", "squid", "run"];

    static readonly JsonWriterOptions s_plainly = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly IRunReader reader = stores.Reader;

    /// <param name="task">Only results of this task; null for all.</param>
    public async Task<(IReadOnlyList<JsonElement> Results, long Total)> Read(IReadOnlyList<RunView> runs, string? task, Paging paging, CancellationToken cancel)
    {
        var results = new List<JsonElement>();
        long total = 0;
        foreach (var view in runs)
        {
            var attempts = view.ItemsSoFar == 0 || (task is null && IsBeside(view.ItemsSoFar)) ? null : await AttemptsOf(view.Run, task, cancel);
            var here = attempts?.Sum(one => one.Attempt.Items) ?? view.ItemsSoFar;
            if (attempts is not null && !IsBeside(here))
                await Read(view.Run, attempts, Math.Max(0, paging.Skip - total), paging.Limit, results, cancel);
            total += here;

            // Nothing of it is on the page.
            bool IsBeside(long items) => results.Count >= paging.Limit || total + items <= paging.Skip;
        }
        return (results, total);
    }

    async Task<IReadOnlyList<ArchivedAttempt>> AttemptsOf(Run run, string? task, CancellationToken cancel)
    {
        var attempts = task is null ? await reader.Attempts(run.Id, cancel) : await AttemptsAt(run, task, cancel);
        return [.. attempts.Where(one => one.Attempt.Items > 0).OrderBy(one => one.Attempt.Fence).ThenBy(one => one.Step, StringComparer.Ordinal)];
    }

    /// <summary>Tries that are over lie elsewhere, and only some tasks have any.</summary>
    async Task<IEnumerable<ArchivedAttempt>> AttemptsAt(Run run, string task, CancellationToken cancel)
    {
        var index = (await tasks.Of(run, cancel)).Select(one => one.Id).ToList().IndexOf(task);
        if (index < 0 || await reader.Steps(run.Id, [SquidDefinition.StepOf(index)], cancel) is not [{ Attempt: { } attempt } step])
            return [];
        return attempt.Try == 1 ? [new(step.Id, attempt)] : (await reader.Attempts(run.Id, cancel)).Where(one => one.Step == step.Id);
    }

    async Task Read(Run run, IReadOnlyList<ArchivedAttempt> attempts, long skip, int limit, List<JsonElement> results, CancellationToken cancel)
    {
        var squid = await pages.SquidOf(run, cancel);
        foreach (var (step, attempt) in attempts)
        {
            if (skip < attempt.Items && results.Count < limit)
                results.AddRange((await Items(run.Id, step, attempt, skip, limit - results.Count, cancel)).Select(item => Of(run, squid, item)));
            skip = Math.Max(0, skip - attempt.Items);
        }
    }

    async Task<IEnumerable<ItemRow>> Items(Guid run, string step, Attempt attempt, long skip, int count, CancellationToken cancel)
    {
        var wanted = (int)Math.Min(count, attempt.Items - skip);
        var rows = await reader.Items(run, new(attempt.Fence, step, skip), wanted, cancel);
        return rows.TakeWhile(row => row.Position.Fence == attempt.Fence && row.Position.Step == step);
    }

    /// <summary>The fields of the item, behind our own; one that is called as one of these has `item_` before its name. What is no object is a `value`.</summary>
    static JsonElement Of(Run run, string? squid, ItemRow item)
    {
        var written = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(written, s_plainly))
        {
            writer.WriteStartObject();
            writer.WriteString("id", Ids.OfNumbers(run.Id, item.Position.Step, item.Position.Fence, item.Position.Seq));
            writer.WriteString("object", "result");
            writer.WriteString("squid", squid);
            writer.WriteString("run", Ids.Of(run.Id));
            if (StepViews.Readable(item.Json) is { ValueKind: JsonValueKind.Object } fields)
                foreach (var field in fields.EnumerateObject())
                {
                    writer.WritePropertyName(s_own.Contains(field.Name) ? $"item_{field.Name}" : field.Name);
                    field.Value.WriteTo(writer);
                }
            else
            {
                writer.WritePropertyName("value");
                if (StepViews.Readable(item.Json) is { } value)
                    value.WriteTo(writer);
                else
                    writer.WriteNullValue();
            }
            writer.WriteEndObject();
        }
        return JsonElement.Parse(written.WrittenSpan, new JsonDocumentOptions { MaxDepth = WireJson.MaxDepth + 1 });
    }
}
