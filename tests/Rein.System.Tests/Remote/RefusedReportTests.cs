using System.Globalization;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>What a worker may not say is refused with its own code, and changes no row.</summary>
public sealed class RefusedReportTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task An_old_fence_an_unknown_attempt_and_somebody_elses_are_refused_and_change_nothing()
    {
        var (key, session, held) = await Holding("mine");
        var (_, _, others) = await Holding("another-workers");
        using var foreigner = await server.ConnectForeign();
        var foreign = (await Held(foreigner, foreigner, "foreign")).Held;
        var before = await Rows(held.Run, others.Run);

        (AttemptRef Attempt, string Code)[] wrong =
        [
            (held with { Fence = held.Fence - 1 }, ProblemCodes.AttemptNotFound),
            (held with { Fence = held.Fence + 1 }, ProblemCodes.AttemptNotFound),
            (held with { Step = "nobodys" }, ProblemCodes.AttemptNotFound),
            (held with { Run = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()) }, ProblemCodes.AttemptNotFound),
            (others, ProblemCodes.AttemptNotFound),
            (foreign, ProblemCodes.AttemptNotFound),
        ];
        foreach (var (attempt, code) in wrong)
            foreach (var type in s_types)
                Assert.Equal(("unknown", code), await Say(key, session, type, attempt));

        Assert.Equal(before, await Rows(held.Run, others.Run));
        Assert.Equal(("accepted", ""), await Say(key, session, "\"ended\",\"outcome\":\"succeeded\"", held));
    }

    [Fact]
    public async Task What_a_worker_only_names_as_held_is_not_its_own_and_nothing_that_it_says_of_it_is_taken()
    {
        var (key, session, held) = await Holding("names");
        var (_, _, others) = await Holding("is-named");
        using var foreigner = await server.ConnectForeign();
        var foreign = (await Held(foreigner, foreigner, "is-named-from-elsewhere")).Held;
        var before = await Rows(held.Run, others.Run) + await Stored(foreign);
        for (var beats = 0; beats < 3; beats++)
            Assert.True((await server.Send(
                HttpMethod.Post, $"/v1/sessions/{session}/heartbeat", $$"""{"held":[{{Text(held)}},{{Text(others)}},{{Text(foreign)}}]}""",
                request => request.Headers.Authorization = new("Bearer", key))).IsSuccessStatusCode);

        foreach (var attempt in new[] { others, foreign })
            foreach (var type in s_types)
                Assert.Equal(("unknown", ProblemCodes.AttemptNotFound), await Say(key, session, type, attempt));

        Assert.Equal(before, await Rows(held.Run, others.Run) + await Stored(foreign));
        Assert.Equal(("accepted", ""), await Say(key, session, "\"ended\",\"outcome\":\"succeeded\"", held));
    }

    [Fact]
    public async Task What_is_said_under_the_fence_of_an_earlier_try_is_refused_and_changes_nothing()
    {
        var (key, session, first) = await Holding("tried-again", """, "payload": { "maxAttempts": 2, "backoff": { "initialSeconds": 0.01 } }""");
        using var worker = server.Connect(key);
        var next = Next(worker, session);
        Assert.Equal(("accepted", ""), await Say(key, session, "\"ended\",\"outcome\":\"failed\"", first));
        var second = await next;
        Assert.True(second.Fence > first.Fence);
        var before = await Rows(first.Run);

        foreach (var type in s_types.Where(type => type != "\"prove\""))
            Assert.Equal(("fenced", ProblemCodes.AttemptFenced), await Say(key, session, type, first));

        Assert.Equal(before, await Rows(first.Run));
        Assert.Equal(("accepted", ""), await Say(key, session, "\"ended\",\"outcome\":\"succeeded\"", second));
        Assert.Equal("succeeded", (await server.Client.ReadRun(first.Run, cancel: Cancel)).State);
    }

    [Fact]
    public async Task After_the_fence_only_a_proof_counts()
    {
        var (key, session, held) = await Holding("fenced");
        await server.Client.Stop(held.Run, new() { Fence = "now", GraceSeconds = 10 }, cancel: Cancel);
        var before = await server.Stores.Reader.Items(held.Run, ItemPosition.Start, 10, Cancel);

        Assert.Equal(("fenced", ProblemCodes.AttemptFenced), await Say(key, session, "\"items\",\"firstSeq\":1,\"rows\":[1]", held));
        Assert.Equal(("fenced", ProblemCodes.AttemptFenced), await Say(key, session, "\"heard\"", held));
        Assert.Equal("fenced", (await server.Client.ReadReceipt(held.Run, Cancel)).Verdict);

        Assert.Equal(("accepted", ""), await Say(key, session, """ "prove","proof":{"rung":"killed","exitCode":137,"containment":"tree"} """, held));
        var receipt = await server.Client.ReadReceipt(held.Run, Cancel);
        Assert.Equal(("killed", 137), (receipt.Verdict, receipt.Attempts[0].ExitCode));
        Assert.Equal(before.Count, (await server.Stores.Reader.Items(held.Run, ItemPosition.Start, 10, Cancel)).Count);
    }

    [Theory]
    [InlineData("""{"reports":[{"type":"ended","attempt":ATTEMPT,"outcome":"won"}]}""", ProblemCodes.BadField)]
    [InlineData("""{"reports":[{"type":"ended","attempt":ATTEMPT,"outcome":"succeeded","credits":1}]}""", ProblemCodes.UnknownField)]
    [InlineData("""{"reports":[{"type":"ended","attempt":ATTEMPT,"outcome":"succeeded"},{"type":"nothing"}]}""", ProblemCodes.BadField)]
    [InlineData("""{"reports":[{"type":"items","attempt":ATTEMPT,"firstSeq":0,"rows":[1]}]}""", ProblemCodes.BadField)]
    [InlineData("""{"reports":[{"type":"logs","attempt":ATTEMPT,"firstSeq":1,"rows":[1]}]}""", ProblemCodes.BadField)]
    [InlineData("""{"reports":[{"type":"usage","attempt":ATTEMPT,"microCredits":-1}]}""", ProblemCodes.BadField)]
    [InlineData("""{"reports":[{"type":"prove","attempt":ATTEMPT,"proof":{"rung":"asked","residuals":[{"kind":1}]}}]}""", ProblemCodes.BadField)]
    [InlineData("""{"reports":[]}""", ProblemCodes.BadField)]
    [InlineData("""{"reports":[{"type":"ended","attempt":ATTEMPT,"outcome":"succeeded"}""", ProblemCodes.MalformedJson)]
    public async Task A_malformed_batch_is_refused_as_a_whole_and_changes_nothing(string body, string code)
    {
        var (key, session, held) = await Holding("malformed");
        var before = await Rows(held.Run);

        await Refused.With(code, await Send(key, session, body.Replace("ATTEMPT", Text(held), StringComparison.Ordinal)));

        Assert.Equal(before, await Rows(held.Run));
    }

    [Fact]
    public async Task A_batch_that_is_too_large_is_refused_and_changes_nothing()
    {
        var (key, session, held) = await Holding("large");
        var before = await Rows(held.Run);
        var row = $"\"{new string('x', 1_000_000)}\"";

        await Refused.With(ProblemCodes.BodyTooLarge, await Send(
            key, session, $$"""{"reports":[{"type":"items","attempt":{{Text(held)}},"firstSeq":1,"rows":[{{string.Join(',', Enumerable.Repeat(row, 18))}}]}]}"""));

        Assert.Equal(before, await Rows(held.Run));
    }

    [Fact]
    public async Task A_batch_of_more_rows_than_it_may_have_is_refused_and_changes_nothing()
    {
        var (key, session, held) = await Holding("many-rows");
        var before = await Rows(held.Run);
        var report = $$"""{"type":"items","attempt":{{Text(held)}},"firstSeq":1,"rows":[{{string.Join(',', Enumerable.Repeat("1", 10_000))}}]}""";

        await Refused.With(ProblemCodes.TooManyRows, await Send(key, session, $$"""{"reports":[{{string.Join(',', Enumerable.Repeat(report, 11))}}]}"""));

        Assert.Equal(before, await Rows(held.Run));
    }

    [Fact]
    public async Task A_worker_cannot_take_the_name_of_the_one_within_a_server()
    {
        using var client = await server.ConnectWith("work");
        foreach (var name in new[] { "embedded", "embedded-0123" })
            await Refused.With(ProblemCodes.BadName, () => client.OpenSession(new(name, null, ["hold"], 1), Cancel));
    }

    static readonly string[] s_types =
    [
        "\"items\",\"firstSeq\":1,\"rows\":[1]", "\"logs\",\"firstSeq\":1,\"rows\":[\"x\"]", "\"usage\",\"microCredits\":5", "\"heard\"",
        "\"progress\",\"number\":1,\"fraction\":0.5", "\"checkpoint\",\"number\":1,\"value\":1", "\"ended\",\"outcome\":\"succeeded\"", "\"returned\"", "\"prove\"",
    ];

    /// <summary>A worker that is the test itself, with a key that may work and nothing else, and one attempt in its hands.</summary>
    async Task<(string Key, Guid Session, AttemptRef Held)> Holding(string name, string? payload = null)
    {
        var key = (await server.Client.CreateKey(new() { Name = name, Scopes = ["work"] }, Cancel)).Key!;
        using var worker = server.Connect(key);
        var (session, held) = await Held(server.Client, worker, name, payload);
        return (key, session, held);
    }

    static async Task<(Guid Session, AttemptRef Held)> Held(ReinClient starter, ReinClient worker, string name, string? payload = null)
    {
        var kind = name + Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");
        var session = (await worker.OpenSession(new(kind, null, [kind], 1), Cancel)).Session;
        var next = Next(worker, session);
        await starter.StartInline(new() { Definition = Graph(kind, payload) }, cancel: Cancel);
        return (session, await next);
    }

    static async Task<AttemptRef> Next(ReinClient worker, Guid session)
    {
        await foreach (var frame in worker.ReadCommands(session, Cancel))
            if (frame is AssignFrame assign)
                return assign.Attempt;
        throw new InvalidOperationException("The stream has ended.");
    }

    async Task<(string Status, string Code)> Say(string key, Guid session, string type, AttemptRef attempt)
    {
        using var response = await Send(key, session, $$"""{"reports":[{"attempt":{{Text(attempt)}},"type":{{type}}}]}""");
        var text = await response.Content.ReadAsStringAsync(Cancel);
        Assert.True(response.IsSuccessStatusCode, text);
        var answer = JsonElement.Parse(text).GetProperty("answers")[0];
        return (answer.GetProperty("status").GetString()!, answer.TryGetProperty("code", out var code) ? code.GetString()! : "");
    }

    Task<HttpResponseMessage> Send(string key, Guid session, string body) =>
        server.Send(HttpMethod.Post, $"/v1/sessions/{session}/reports", body, request => request.Headers.Authorization = new("Bearer", key));

    static string Text(AttemptRef attempt) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{"run":"{{attempt.Run}}","step":"{{attempt.Step}}","fence":{{attempt.Fence}}}""");

    /// <summary>What reports could have written, for whatever organization.</summary>
    async Task<string> Stored(AttemptRef attempt)
    {
        var reader = server.Stores.Reader;
        var attempts = string.Join(";", (await reader.Attempts(attempt.Run, Cancel)).Select(one => one.ToString()));
        var items = (await reader.Items(attempt.Run, ItemPosition.Start, 10, Cancel)).Count;
        var logs = (await reader.Logs(attempt.Run, ItemPosition.Start, 10, Cancel)).Count;
        return $"{attempts} {items} {logs} {(await reader.Checkpoints(attempt.Run, [attempt.Step], Cancel)).Count}";
    }

    /// <summary>Everything that the store says of the runs.</summary>
    async Task<string> Rows(params Guid[] runs)
    {
        var said = new List<string>();
        foreach (var run in runs)
        {
            var id = await server.Client.ReadRun(run, cancel: Cancel);
            said.Add(JsonSerializer.Serialize(id, ProtocolJson.Default.RunDocument));
            said.Add(JsonSerializer.Serialize(await server.Client.ReadEvents(run, cancel: Cancel), ProtocolJson.Default.EventList));
            said.Add(JsonSerializer.Serialize(await server.Client.ReadItems(run, cancel: Cancel), ProtocolJson.Default.ItemList));
            said.Add(JsonSerializer.Serialize(await server.Client.ReadLogs(run, cancel: Cancel), ProtocolJson.Default.LogList));
            said.Add(string.Join(";", (await server.Stores.Reader.Attempts(run, Cancel)).Select(one => one.ToString())));
        }
        // What a run has used grows while it runs.
        return global::System.Text.RegularExpressions.Regex.Replace(string.Join("\n", said), "\"usage\":\\{[^}]*\\}|\"(runSeconds|credits)\":[0-9.]+", "");
    }
}
