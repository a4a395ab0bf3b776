using Rein.Core.Definitions;
using Rein.Core.Faults;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;
using Rein.Server.Dialects.Xpander.Workers;
using Rein.Server.Problems;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.Server.Dialects.Xpander.Agents;

/// <summary>Saves a workflow as an agent, with what is set for it; and sets it anew.</summary>
static partial class SaveAgent
{
    public const int LongestName = 200;
    public const int LongestText = 100_000;
    public const int MostLines = 1000;
    const int LongestWord = 60;

    public static void MapSaveAgent(this IEndpointRouteBuilder rest)
    {
        rest.MapPost("/agents", Create).Needs(Scopes.Start, also: Scopes.Read).WithName("createAgent").Takes<AgentParams>().Answers<AgentDocument>()
            .Says("Creates an agent: a workflow of the definition that comes with it, or of one step that a worker of this agent executes.");
        rest.MapPatch("/agents/{agentId}", Update).Needs(Scopes.Start, also: Scopes.Read).WithName("updateAgent").Takes<AgentParams>().Answers<AgentDocument>()
            .Says("Sets what is said anew, for tasks that are started from then on; another definition is a new version.");
    }

    static async Task<IResult> Create(HttpContext http, Caller caller, WorkflowCatalog catalog, AgentPages agents, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var fields = new Fields(body);
        var settings = Read(fields, new());
        if (settings.Name is null)
            fields.Missing("name", "what the agent is called");
        if ((fields.Refusal ?? TooLarge(settings)) is { } refusal)
            return refusal;
        var name = NameOf(settings.Name!);
        var (definition, refused) = await Parse(fields.Any("definition") ?? Single($"agent-{name[^8..]}"), catalog, caller, cancel);
        if (definition is null)
            return refused!;
        var saved = await catalog.Save(caller.Organization, name, definition, null, http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{name}"), cancel);
        await agents.Change(saved, _ => settings, cancel);
        return Replies.Of(await agents.Read(saved, cancel));
    }

    static async Task<IResult> Update(HttpContext http, string agentId, Caller caller, IStores stores, WorkflowCatalog catalog, AgentPages agents, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Large, anyType: true);
        if (body.Refusal is { } unread)
            return unread;
        var (agent, refused) = await agents.Find(caller.Organization, agentId, null, cancel);
        if (agent is null)
            return refused!;
        var fields = new Fields(body);
        var settings = Read(fields, await agents.SettingsToChange(agent, cancel));
        if ((fields.Refusal ?? TooLarge(settings)) is { } refusal)
            return refusal;
        if (fields.Any("definition") is { } written)
        {
            (var definition, refused) = await Parse(written, catalog, caller, cancel);
            if (definition is null)
                return refused!;
            var audit = http.Note(caller, AuditAction.WorkflowSaved, $"workflow:{agent.Name}");
            agent = await catalog.Save(caller.Organization, agent.Name, definition, agent.MaxRunning, audit, cancel);
        }
        var now = await stores.Sessions.Now(cancel);
        await agents.Change(agent, before => Read(fields, before).After(before, now), cancel);
        return Replies.Of(await agents.Read(agent, cancel));
    }

    static Refusal? TooLarge(Settings settings) =>
        new AgentBeside { Agent = settings with { Former = null } }.ToJson().Length > Settings.Most ? Refusal.Of(ProblemCodes.BodyTooLarge, $"What is set for an agent may have at most {Settings.Most} bytes.") : null;

    /// <summary>What is not said stays as it was.</summary>
    static Settings Read(Fields fields, Settings before)
    {
        var said = fields.Any("instructions") is { } instructions ? fields.Under("instructions", instructions) : null;
        return before with
        {
            Name = fields.Text("name", LongestName, shortest: 1) ?? before.Name,
            Description = fields.Text("description", LongestText) ?? before.Description,
            Icon = fields.Text("icon", LongestName) ?? before.Icon,
            Role = Lines(said, "role") ?? before.Role,
            Goal = Lines(said, "goal") ?? before.Goal,
            General = said?.Text("general", LongestText) ?? before.General,
            ModelProvider = fields.Text("model_provider", LongestName) ?? before.ModelProvider,
            ModelName = fields.Text("model_name", LongestName) ?? before.ModelName,
            ReasoningEffort = Invocation.ReadEffort(fields) ?? before.ReasoningEffort,
        };
    }

    static IReadOnlyList<string>? Lines(Fields? fields, string name) => fields?.Any(name) is null ? null : fields.Texts(name, 0, MostLines, LongestText);

    static async Task<(Definition? Definition, IResult? Refused)> Parse(JsonElement written, WorkflowCatalog catalog, Caller caller, CancellationToken cancel)
    {
        var parsed = await catalog.Parse(written, caller.Organization, [XpanderDialect.AgentKind], cancel);
        if (parsed.IsValid && AgentSteps.Problem(parsed.Value!) is { } problem)
            return (null, XpanderProblems.BadField("definition", problem));
        return parsed.IsValid ? (parsed.Value, null) : (null, Refusal.Of(ProblemCodes.InvalidDefinition, [.. parsed.Faults.Under("/definition")]));
    }

    /// <summary>Its workers are a pool of their own: none is handed what is another agent's.</summary>
    static JsonElement Single(string pool) => JsonElement.Parse(
        $$"""{ "nodes": { "root": { "type": "manual", "children": ["agent"] }, "agent": { "type": "{{XpanderDialect.AgentKind}}", "payload": { "pool": "{{pool}}" } } } }""");

    static string NameOf(string title)
    {
        var words = NoWord().Replace(title.ToLowerInvariant(), "-").Trim('-');
        return $"{(words.Length == 0 ? "agent" : words[..Math.Min(words.Length, LongestWord)].TrimEnd('-'))}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NoWord();
}
