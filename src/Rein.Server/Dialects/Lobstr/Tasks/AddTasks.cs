using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Dialects.Lobstr.Squids;

namespace Rein.Server.Dialects.Lobstr.Tasks;

/// <summary>Gives tasks to a squid, for its next run. One that it has already is not added again.</summary>
static class AddTasks
{
    /// <summary>As many as a loop goes through.</summary>
    public const int Most = 10_000;

    /// <summary>All of a squid together, as they stand in the input of its runs.</summary>
    public const int MostBytes = 240_000;

    public static void MapAddTasks(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/tasks", Handle).Needs(Scopes.Start).Takes<TaskParams>().Answers<TasksAdded>().Says("Adds tasks to a squid.");

    static async Task<IResult> Handle(HttpContext http, Caller caller, SquidBook squids, TimeProvider time, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var hash = SquidHash.Of(fields);
        var tasks = fields.List("tasks", 1, Most);
        if (fields.Refusal is { } refusal)
            return refusal;
        if (await squids.Find(caller.Organization, hash, cancel) is not { } squid)
            return Fault.NoSquid("squid");
        if (tasks.Select(task => FaultOf(task, squid.Row.Kind)).OfType<string>().FirstOrDefault() is { } fault)
            return Fault.Wrong("tasks", fault, "TaskNotValidError");
        var now = time.GetUtcNow();
        var (row, added) = await squids.Change(caller.Organization, squid.Version.Name, known => Add(known, squid.Version.Id, tasks, now), cancel);
        return added is null
            ? Fault.Wrong("tasks", $"A squid has at most {Most} tasks, and {MostBytes} bytes of them")
            : Replies.Of(new TasksAdded { DuplicatedCount = tasks.Count - added.Count, Tasks = [.. added.Select(task => TaskPages.Of(row, task))] });
    }

    /// <summary>What a page is crawled from must be there before anything runs; what else a kind wants is its own business.</summary>
    static string? FaultOf(JsonElement task, string? kind)
    {
        if (task.ValueKind is not JsonValueKind.Object || task.GetPropertyCount() == 0)
            return "Each task must be an object with something in it";
        if (Nesting.IsTooDeep(task))
            return $"A task must be nested at most {Nesting.Most} deep";
        if (kind is not KindCatalog.Crawl)
            return null;
        if (!task.TryGetProperty("url", out var url) || url.ValueKind is not JsonValueKind.String
            || !Uri.TryCreate(url.GetString(), UriKind.Absolute, out var address) || address is not { Scheme: "http" or "https", UserInfo: "", Host: not "" })
            return "Each task must have a 'url' of http or https, without user and password in it";
        return task.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => name != "url") is { } other
            ? $"A task has no '{Shown.Of(other)}', it has a 'url' alone; what is said of all of them stands in the params of the squid"
            : null;
    }

    static (SquidRow Row, IReadOnlyList<TaskRow>? Added) Add(SquidRow row, Guid squid, IReadOnlyList<JsonElement> tasks, DateTimeOffset now)
    {
        var known = row.Tasks.Select(task => Canonical(task.Params)).ToHashSet(StringComparer.Ordinal);
        var added = tasks.Where(task => known.Add(Canonical(task))).Select(task => new TaskRow(Guid.ParseExact(Ids.DrawTask(squid), "N"), now, task)).ToList();
        if (added.Count == 0)
            return (row, added);
        var next = row with { Tasks = [.. row.Tasks, .. added] };
        return next.Tasks.Count > Most || JsonMarshal.GetRawUtf8Value(SquidDefinition.InputOf(next)).Length > MostBytes ? (row, null) : (next, added);
    }

    /// <summary>The same for the same values, however they were written and in whatever order fields stand.</summary>
    static string Canonical(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => $"{{{string.Join(',', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{Quoted(member.Name)}:{Canonical(member.Value)}"))}}}",
        JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Canonical))}]",
        JsonValueKind.String => Quoted(value.GetString()!),
        _ => value.GetRawText(),
    };

    static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
}
