using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Dialects.Lobstr.Squids;

namespace Rein.Server.Dialects.Lobstr.Tasks;

/// <summary>A task as a run was given it. That of the squid may be gone since.</summary>
sealed record RunTask(string Id, JsonElement Params);

/// <summary>The tasks of runs: those they go through, in their order.</summary>
sealed class TaskPages(IStores stores)
{
    static readonly JsonElement s_nothing = JsonElement.Parse("{}"u8);

    /// <summary>None of a run whose definition goes through no tasks.</summary>
    public async Task<IReadOnlyList<RunTask>> Of(Run run, CancellationToken cancel)
    {
        if (!SquidDefinition.IsOver(run.Definition))
            return [];
        var input = await stores.Reader.Input(run.Id, cancel);
        try
        {
            return input.IsEmpty ? [] : Read(JsonElement.Parse(input.Span));
        }
        catch (JsonException)
        {
            return [];
        }
    }

    static IReadOnlyList<RunTask> Read(JsonElement input) =>
        input.ValueKind is JsonValueKind.Object && input.TryGetProperty(SquidDefinition.Tasks, out var tasks) && tasks.ValueKind is JsonValueKind.Array
            ? [.. tasks.EnumerateArray().Select(ReadOne)]
            : [];

    /// <summary>Whoever starts the workflow natively may give it anything.</summary>
    static RunTask ReadOne(JsonElement task)
    {
        if (task.ValueKind is not JsonValueKind.Object)
            return new("", s_nothing);
        var id = task.TryGetProperty("id", out var said) && said.ValueKind is JsonValueKind.String ? said.GetString()! : "";
        return new(id, task.TryGetProperty("params", out var given) ? given : s_nothing);
    }

    public static TaskDocument Of(SquidRow squid, TaskRow task) => new() { Id = Ids.Of(task.Id), CreatedAt = task.CreatedAt, IsActive = squid.IsActive, Params = task.Params };
}
