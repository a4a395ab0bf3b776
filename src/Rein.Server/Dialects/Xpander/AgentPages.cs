using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Workflows;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Xpander;

/// <summary>Workflows by their ids, with what is set for them.</summary>
sealed class AgentPages(IStores stores, WorkflowCatalog catalog)
{
    /// <summary>The version that has not been numbered yet is, here, the latest.</summary>
    const string Draft = "draft";

    /// <param name="version">A number, `draft`, or null for the latest.</param>
    /// <returns>Either of both.</returns>
    public async Task<(WorkflowVersion? Agent, IResult? Refused)> Find(Guid organization, string text, string? version, CancellationToken cancel)
    {
        if (Ids.Read(text) is not { } id)
            return (null, XpanderProblems.BadId("agent_id"));
        int? number = null;
        if (version is not (null or "" or Draft))
        {
            if (!int.TryParse(version, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var named) || named < 1)
                return (null, Refusal.Of(ProblemCodes.BadParameter, [new(ProblemCodes.BadParameter, $"'version' must be a number, or '{Draft}'.", "version")]));
            number = named;
        }
        var agent = await stores.Workflows.NameOf(organization, id, cancel) is not { } name ? null
            : number is null ? await catalog.Latest(organization, name, cancel) : await stores.Workflows.Find(organization, name, number, cancel);
        return agent is null ? (null, Refusal.Of(ProblemCodes.WorkflowNotFound, $"There is no agent {Shown.Of(text)}, or no such version of it.")) : (agent, null);
    }

    public async Task<Settings> SettingsOf(WorkflowVersion agent, CancellationToken cancel) =>
        Read(await stores.Extras.OfWorkflow(agent.Organization, agent.Name, cancel)).Agent ?? new();

    static AgentBeside Read(ReadOnlyMemory<byte> json) => SharedJson.Read(json, BesideJson.Default.AgentBeside) ?? new();

    static AgentBeside ReadToWrite(ReadOnlyMemory<byte> json) => SharedJson.ReadToWrite(json, BesideJson.Default.AgentBeside) ?? new();

    /// <summary>As <see cref="SettingsOf"/>, for who is about to change them.</summary>
    public async Task<Settings> SettingsToChange(WorkflowVersion agent, CancellationToken cancel) =>
        ReadToWrite(await stores.Extras.OfWorkflow(agent.Organization, agent.Name, cancel)).Agent ?? new();

    /// <summary>What others have put beside it stays.</summary>
    public Task Change(WorkflowVersion agent, Func<Settings, Settings> change, CancellationToken cancel) => stores.Extras.Change(
        agent.Organization, agent.Name, json => ReadToWrite(json) is var before ? (before with { Agent = change(before.Agent ?? new()) }).ToJson() : default, cancel);

    public async Task<AgentDocument> Read(WorkflowVersion agent, CancellationToken cancel) => Of(agent, await SettingsOf(agent, cancel), await BornAt(agent, cancel));

    async Task<DateTimeOffset> BornAt(WorkflowVersion agent, CancellationToken cancel) =>
        agent.Version == 1 ? agent.SavedAt : (await stores.Workflows.Find(agent.Organization, agent.Name, 1, cancel))?.SavedAt ?? agent.SavedAt;

    static AgentDocument Of(WorkflowVersion agent, Settings settings, DateTimeOffset bornAt) => new()
    {
        Id = agent.Id.ToString(),
        OrganizationId = agent.Organization.ToString(),
        Name = settings.Name ?? agent.Name,
        Description = settings.Description,
        UniqueName = agent.Name,
        Icon = settings.Icon ?? "🚀",
        Instructions = new() { Role = settings.Role ?? [], Goal = settings.Goal ?? [], General = settings.General ?? "" },
        Framework = "agno",
        DeploymentType = agent.Definition.Nodes.Values.Any(node => node.Kind is XpanderDialect.AgentKind) ? "container" : "serverless",
        Status = "ACTIVE",
        Type = agent.Definition.Nodes.Values.Any(node => node.IsCall) ? "orchestration" : "regular",
        Version = agent.Version,
        ModelProvider = settings.ModelProvider ?? "",
        ModelName = settings.ModelName ?? "",
        LlmReasoningEffort = settings.ReasoningEffort,
        CreatedAt = bornAt,
        Graph = [.. agent.Definition.Nodes.Values.OrderBy(node => node.Id, StringComparer.Ordinal).Select(Item)],
        Definition = JsonElement.Parse(agent.Definition.ToJson().Span),
    };

    static GraphItem Item(Node node) => new(node.Id, node.Id, node.Id, TypeOf(node.Kind), [.. node.Children, .. node.IsLoop ? node.Body : []], node.Id == Definition.RootId);

    static string TypeOf(string kind) => kind switch
    {
        KindCatalog.Manual => "source_node",
        KindCatalog.Approval => "human_in_the_loop",
        KindCatalog.Workflow or XpanderDialect.AgentKind => "agent",
        _ => "tool",
    };
}
