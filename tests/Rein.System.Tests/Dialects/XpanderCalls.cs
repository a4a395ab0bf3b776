using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Asks as clients of xpander do, by hand.</summary>
static class XpanderCalls
{
    public const string Rest = "/xpander/v1";
    public const string Wire = "/xpander/agent-execution";

    public static string NewId() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();

    /// <summary>Those of a task, in their order.</summary>
    public const string Fields =
        "id agent_id organization_id input status internal_status last_executed_node_id agent_version created_at started_at paused_at finished_at "
        + "result parent_execution sub_executions finished_sub_executions is_manually_stopped payload_extension hitl_request pending_eca_request source "
        + "worker_id additional_context instructions_override test_run_node_id expected_output output_format output_schema events_streaming "
        + "used_mutating_tools is_continuous is_orchestration mcp_servers triggering_agent_id title think_mode disable_attachment_injection voice_id "
        + "deep_planning execution_attempts user_tokens user_oidc_token return_metrics tokens used_tools duration llm_model_provider llm_model_name "
        + "llm_reasoning_effort";

    /// <summary>Without a body there is no Content-Type either.</summary>
    /// <param name="key">Null for the first key; empty for none.</param>
    public static async Task<Told> Tell(this TestServer server, string method, string path, string? body = null, string? key = null, string? version = null)
    {
        using var request = new HttpRequestMessage(new(method), path);
        if (key is not "")
            request.Headers.Add("x-api-key", key ?? server.Key);
        if (version is not null)
            request.Headers.Add("x-agent-version", version);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Http.SendAsync(request, Cancel);
        if ((int)response.StatusCode is 204)
            return new(204, default);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        return new((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(Cancel)));
    }

    /// <summary>Stops by the one wire, or by the other.</summary>
    public static Task<Told> StopTask(this TestServer server, string id, bool bySdk = false, string? key = null) =>
        bySdk ? server.Tell("DELETE", $"{Wire}/{id}", key: key) : server.Tell("POST", $"{Rest}/tasks/{id}/stop", key: key);

    public static Task<Told> ReadTask(this TestServer server, string id) => server.Tell("GET", $"{Rest}/tasks/{id}");

    /// <summary>A workflow of one step of a kind, as an agent: its id.</summary>
    public static async Task<string> Agent(this TestServer server, string kind, string? more = null) =>
        (await server.Client.ReadWorkflow(await server.Save(kind, more), cancel: Cancel)).Id.ToString();

    /// <summary>A task whose step a worker executes by now.</summary>
    public static async Task<string> Invoke(this TestServer server, string agent, string? more = null)
    {
        var told = await server.Tell("POST", $"{Rest}/agents/{agent}/invoke/async", $$$"""{ "input": { "text": "go" } {{{more}}} }""");
        Assert.True(told.Status is 200, told.Json.GetRawText());
        return told.Text("id")!;
    }

    public static async Task<string> InvokeAndBegin(this TestServer server, string kind)
    {
        var id = await server.Invoke(await server.Agent(kind));
        await server.Client.UntilAssigned(Guid.Parse(id), "work");
        return id;
    }
}

/// <param name="Status">Of HTTP.</param>
sealed record Told(int Status, JsonElement Json)
{
    public JsonElement this[string name] => Json.GetProperty(name);

    public string? Text(string name) => Json.GetProperty(name).GetString();

    public string Names => NamesOf(Json);

    public static string NamesOf(JsonElement json) => string.Join(' ', json.EnumerateObject().Select(one => one.Name));

    /// <summary>Of a refusal for one reason.</summary>
    public string? Detail => Json.GetProperty("detail").GetString();

    /// <summary>Of a refusal for what was sent: where, and what sort of mistake.</summary>
    public (string Loc, string Type) Fault => (string.Join('/', Json.GetProperty("detail")[0].GetProperty("loc").EnumerateArray()), Json.GetProperty("detail")[0].GetProperty("type").GetString()!);

    public (string? Status, bool IsManual) Ended => (Text("status"), Json.GetProperty("is_manually_stopped").GetBoolean());
}
