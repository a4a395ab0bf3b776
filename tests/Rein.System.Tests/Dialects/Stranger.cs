using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Rein.Protocol;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Another organization, with one of everything that a dialect can name. Its run waits for an answer, and holds nobody's place.</summary>
sealed partial record Stranger(string Key, Guid Organization, string Name, Guid Workflow, Guid Run)
{
    const string Asking = """{ "nodes": { "root": { "type": "manual", "children": ["ask"] }, "ask": { "type": "approval", "payload": { "message": "go?" } } } }""";

    /// <summary>What nobody has.</summary>
    public static Stranger Unknown { get; } = new(
        "", new("0199c0de-0000-7000-8000-00000000feed"), "nobodys", new("0199c0de-0000-7000-8000-00000000beef"), new("0199c0de-0000-7000-8000-00000000dead"));

    public static async Task<Stranger> Make(TestServer server)
    {
        var made = await server.Client.CreateOrganization($"o{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}", Cancel);
        using var client = server.Connect(made.Key!.Key!);
        var name = $"theirs{made.Id:N}";
        var workflow = await client.SaveWorkflow(name, JsonElement.Parse(Asking), cancel: Cancel);
        var run = await client.Start(name, cancel: Cancel);
        await client.Until(run.Id, now => now.Steps!.Any(step => step is { Id: "ask", State: "waiting" }));
        return new(made.Key.Key!, made.Id, name, workflow.Id, run.Id);
    }

    /// <summary>What they have, as they read it.</summary>
    public async Task<string> Seen(TestServer server)
    {
        using var client = server.Connect(Key);
        var workflow = await client.ReadWorkflow(Name, cancel: Cancel);
        return string.Join('\n', (object[])[
            JsonSerializer.Serialize(await client.ReadRun(Run, cancel: Cancel)), JsonSerializer.Serialize((await client.ListRuns(cancel: Cancel)).Runs.Count),
            $"{workflow.Version} {workflow.Hash}", (await client.ListWorkflows(cancel: Cancel)).Workflows.Count, (await client.ReadAudit(cancel: Cancel)).Entries.Count]);
    }

    /// <summary>Its answer without what names the asked and the asking: two that are alike are told alike.</summary>
    /// <param name="ids">As they stand in its address or body, and may stand in its answer.</param>
    public static async Task<string> Answer(TestServer server, string method, string path, string? body, (string Name, string Value) header, IEnumerable<string> ids)
    {
        using var request = new HttpRequestMessage(new(method), path);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
        var said = response.Content.Headers.ContentType?.MediaType is "text/event-stream" ? "" : await response.Content.ReadAsStringAsync(Cancel);
        said = ids.Aggregate(said, (text, id) => text.Replace(id, "ID", StringComparison.OrdinalIgnoreCase));
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType} {RequestId().Replace(said, "\"requestId\":\"\"")}";
    }

    [GeneratedRegex("\"requestId\":\"[^\"]*\"")]
    private static partial Regex RequestId();
}
