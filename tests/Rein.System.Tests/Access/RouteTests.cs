using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Dialects;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Access;

/// <summary>Every address × every scope × a foreign organization. A new address without a row fails. Those of dialects have a table of their own.</summary>
public sealed partial class RouteTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly string[] s_scopes = ["read", "start", "stop", "work", "admin"];

    /// <summary>What it needs (any one of these), what it is sent, and whose the id in it is.</summary>
    static readonly Row[] s_table =
    [
        new("GET /v1/workflows", "read"),
        new("PUT /v1/workflows/{name}", "start"),
        new("GET /v1/workflows/{name}", "read", Of.Workflow),
        new("POST /v1/workflows/{name}/runs", "start", Of.Workflow),
        new("POST /v1/workflows/{name}/runs:batch", "start", Of.Workflow, """{"runs":[{}]}"""),
        new("POST /v1/runs", "start"),
        new("GET /v1/runs", "read"),
        new("GET /v1/runs/{run}", "read", Of.Run),
        new("GET /v1/runs/{run}/steps", "read", Of.Run),
        new("POST /v1/runs/{run}/pause", "stop start", Of.Run),
        new("POST /v1/runs/{run}/resume", "start", Of.Run),
        new("POST /v1/runs/{run}/retry", "start", Of.Run),
        new("POST /v1/runs/{run}/steps/{step}/signal", "start", Of.Run),
        new("POST /v1/runs/{run}/steps/{step}/approve", "start", Of.Run),
        new("POST /v1/runs/{run}/steps/{step}/reject", "start", Of.Run),
        new("POST /v1/runs/{run}/stop", "stop start", Of.Run),
        new("GET /v1/runs/{run}/stop", "read stop", Of.Run),
        new("POST /v1/runs/{run}/stop-link", "stop start", Of.Run),
        new("GET /v1/runs/{run}/stop-link", "read stop", Of.Run),
        new("DELETE /v1/runs/{run}/stop-link/{link}", "stop start", Of.Link),
        new("GET /v1/receipts/export", "read"),
        new("GET /v1/receipts/keys", "read"),
        new("GET /v1/runs/{run}/events", "read", Of.Run),
        new("GET /v1/runs/{run}/logs", "read", Of.Run),
        new("GET /v1/runs/{run}/items", "read", Of.Run),
        new("GET /v1/runs/{run}/export", "read", Of.Run),
        new("POST /v1/runs/{run}/export", "start", Of.Run),
        new("GET /v1/keys", "admin"),
        new("POST /v1/keys", "admin"),
        new("POST /v1/keys/{key}/rotate", "admin", Of.Key),
        new("DELETE /v1/keys/{key}", "admin", Of.Key),
        new("GET /v1/organizations", "admin operator"),
        new("POST /v1/organizations", "admin operator"),
        new("GET /v1/audit", "admin"),
        new("GET /v1/secrets", "admin"),
        new("PUT /v1/secrets/{name}", "admin"),
        new("DELETE /v1/secrets/{name}", "admin", Of.Secret),
        new("GET /v1/limits", "read"),
        new("GET /v1/limits/{key}", "read", Of.Limit),
        new("GET /v1/limits/{key}/holders", "read", Of.Limit),
        new("GET /v1/limits/{key}/queue", "read", Of.Limit),
        new("PUT /v1/limits/{key}", "admin"),
        new("DELETE /v1/limits/{key}", "admin", Of.Limit),
        new("GET /v1/pools", "read"),
        new("GET /v1/pools/{pool}", "read", Of.Pool),
        new("PUT /v1/pools/{pool}", "admin"),
        new("POST /v1/pools/{pool}/drain", "admin"),
        new("DELETE /v1/pools/{pool}/drain", "admin"),
        new("GET /v1/sessions", "read"),
        new("POST /v1/sessions", "work"),
        new("GET /v1/sessions/{session}/commands", "work", Of.Session),
        new("POST /v1/sessions/{session}/reports", "work", Of.Session, """{"reports":[{"type":"heard","attempt":{"run":"0199c0de-0000-7000-8000-00000000dead","step":"a","fence":1}}]}"""),
        new("POST /v1/sessions/{session}/heartbeat", "work", Of.Session, """{"held":[]}"""),
        new("DELETE /v1/sessions/{session}", "work", Of.Session),
        new("GET /v1/sessions/{session}", "read", Of.Session),
        new("POST /v1/sessions/{session}/drain", "admin", Of.Session),
        new("DELETE /v1/sessions/{session}/drain", "admin", Of.Session),
        // A link is its own key; these need none.
        new("GET /stop/{link}", ""),
        new("POST /stop/{link}", ""),
        new("GET /docs/style.css", ""),
        new("GET /docs/{**page}", ""),
        new("GET /healthz", ""),
        new("GET /readyz", ""),
        new("GET /metrics", ""), // from this machine
        new("GET /openapi/{documentName}.json", ""),
    ];

    public static TheoryData<string> Guarded => [.. s_table.Where(row => row.Needs.Length > 0).Select(row => row.Route)];

    public static TheoryData<string> WithAnId => [.. s_table.Where(row => row.Id is not Of.Nothing).Select(row => row.Route)];

    [Fact]
    public void Every_address_has_a_row_here()
    {
        var mapped = server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => !Dialects.Calls.IsOfADialect(endpoint)).SelectMany(
            endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}"));
        Assert.Equal(s_table.Select(row => row.Route).Order(StringComparer.Ordinal), mapped.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Guarded))]
    public async Task It_needs_a_key_with_its_scope(string route)
    {
        var row = s_table.Single(one => one.Route == route);
        await Refused.With(ProblemCodes.Unauthenticated, await Send(row, "none", Ids.Unknown));
        foreach (var scope in s_scopes)
        {
            var key = (await server.Client.CreateKey(new() { Name = scope, Scopes = [scope] }, Cancel)).Key!;
            using var answer = await Send(row, key, Ids.Unknown);
            Assert.True(
                row.Needs.Split(' ').Contains(scope) == answer.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized),
                $"{route} with the scope {scope} alone answers {answer.StatusCode}.");
            if (answer.StatusCode is HttpStatusCode.Forbidden)
                await Refused.With(ProblemCodes.MissingScope, answer);
        }
        if (row.Needs.Contains("operator", StringComparison.Ordinal))
            await Refused.With(ProblemCodes.OperatorOnly, await Send(row, (await Foreigner()).Key, Ids.Unknown));
    }

    [Theory, MemberData(nameof(WithAnId))]
    public async Task A_foreign_id_answers_exactly_as_an_unknown_one(string route)
    {
        var row = s_table.Single(one => one.Route == route);
        var (key, theirs) = await Foreigner();
        var before = await Seen(key, theirs);
        var (foreign, unknown) = (await Answer(row, theirs), await Answer(row, Ids.Unknown));
        Assert.Equal(unknown, foreign);
        Assert.StartsWith("404 ", unknown);
        Assert.Equal(before, await Seen(key, theirs));
    }

    /// <summary>A name that another organization has is as good as a new one, and what they call so stays as it is.</summary>
    [Theory]
    [InlineData("PUT /v1/workflows/{name}", """{"definition":{"nodes":{"root":{"type":"manual"}}},"maxRunning":3}""", 201)]
    [InlineData("PUT /v1/secrets/{name}", """{"value":"another secret"}""", 201)]
    [InlineData("PUT /v1/limits/{key}", """{"max":7}""", 200)]
    [InlineData("PUT /v1/pools/{pool}", """{"drill":{"everySeconds":86000}}""", 200)]
    [InlineData("POST /v1/pools/{pool}/drain", "{}", 200)]
    [InlineData("DELETE /v1/pools/{pool}/drain", "{}", 204)]
    public async Task A_name_of_another_organization_is_as_good_as_a_new_one(string route, string body, int status)
    {
        var row = s_table.Single(one => one.Route == route) with { Body = body };
        var (key, theirs) = await Foreigner();
        var before = await Seen(key, theirs);
        var ofNobody = Ids.Unknown with { Name = "nobodys" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N") };
        var (unknown, foreign) = (await Answer(row, ofNobody), await Answer(row, theirs));
        Assert.StartsWith($"{status} ", foreign);
        Assert.Equal(Timeless().Replace(unknown, ""), Timeless().Replace(foreign, ""));
        Assert.Equal(before, await Seen(key, theirs));
    }

    /// <summary>What there is of another organization, as it reads it.</summary>
    async Task<string> Seen(string key, Ids ids)
    {
        string[] reads = ["runs/{run}", "runs/{run}/stop-link", "workflows/{name}", "limits/{key}", "secrets", "pools/{pool}", "sessions/{session}"];
        var seen = new StringBuilder();
        foreach (var read in reads)
        {
            using var response = await Send(new("GET /v1/" + read, "read"), key, ids);
            Assert.True(response.IsSuccessStatusCode, $"{read}: {response.StatusCode}");
            seen.AppendLine(await response.Content.ReadAsStringAsync(Cancel));
        }
        // A drill that is due changes when the next one is.
        return Timeless().Replace(seen.ToString(), "");
    }

    [GeneratedRegex("\"(id|savedAt|setAt|at|since|nextAt|lastAt)\":\"[^\"]*\",?")]
    private static partial Regex Timeless();

    async Task<string> Answer(Row row, Ids ids)
    {
        using var response = await Send(row, server.Key, ids);
        var body = await response.Content.ReadAsStringAsync(Cancel);
        return $"{(int)response.StatusCode} {response.Content.Headers.ContentType} {ids.All.Aggregate(body, (text, id) => text.Replace(id, "ID", StringComparison.Ordinal))}";
    }

    async Task<HttpResponseMessage> Send(Row row, string key, Ids ids)
    {
        var (method, path) = row.Route.Split(' ') switch { var parts => (parts[0], parts[1]) };
        var request = new HttpRequestMessage(new(method), ids.Fill(path, row.Id));
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        request.Headers.Add("Accept", "application/json");
        if (method is "POST" or "PUT")
            request.Content = new StringContent(row.Body, Encoding.UTF8, "application/json");
        return await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel);
    }

    /// <summary>Another organization, with one of everything.</summary>
    async Task<(string Key, Ids Ids)> Foreigner()
    {
        var made = await server.Client.CreateOrganization("o" + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N"), Cancel);
        using var client = server.Connect(made.Key!.Key!);
        var name = "foreign" + made.Id.ToString("N");
        // It waits for an answer, and holds nobody's place.
        await client.SaveWorkflow(name, Graph("approval", """, "payload": { "message": "go?" }"""), cancel: Cancel);
        var run = await client.Start(name, cancel: Cancel);
        await client.Until(run.Id, now => now.Steps!.Any(step => step.State == "waiting"));
        await client.PutSecret(name, "a secret of theirs", Cancel);
        await client.PutLimit(name, 3, Cancel);
        var link = await client.CreateStopLink(run.Id, cancel: Cancel);
        await client.PutPool(name, new() { Drill = new() }, Cancel);
        var session = await client.OpenSession(new(name, null, ["nothing"], 1), Cancel);
        return (made.Key.Key!, new(run.Id.ToString(), name, made.Key.Id.ToString(), link.Id.ToString(), session.Session.ToString()));
    }

    enum Of
    {
        Nothing,
        Run,
        Workflow,
        Key,
        Limit,
        Secret,
        Link,
        Pool,
        Session,
    }

    sealed record Row(string Route, string Needs, Of Id = Of.Nothing, string Body = "{}");

    sealed record Ids(string Run, string Name, string Key, string Link, string Session)
    {
        public static Ids Unknown { get; } = new(
            "0199c0de-0000-7000-8000-00000000dead", "nobodys", "0199c0de-0000-7000-8000-00000000beef", "0199c0de-0000-7000-8000-00000000cafe",
            "0199c0de-0000-7000-8000-00000000face");

        public IEnumerable<string> All => [Run, Name, Key, Link, Session];

        public string Fill(string path, Of id) => path
            .Replace("{run}", Run, StringComparison.Ordinal)
            .Replace("{session}", Session, StringComparison.Ordinal)
            .Replace("{link}", Link, StringComparison.Ordinal)
            .Replace("{step}", "work", StringComparison.Ordinal)
            .Replace("{pool}", Name, StringComparison.Ordinal)
            .Replace("{key}", id is Of.Key ? Key : Name, StringComparison.Ordinal)
            .Replace("{name}", Name, StringComparison.Ordinal);
    }
}
