using System.Text;
using System.Text.Json;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Secrets;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Access;

public sealed class SecretTests(TestServer server) : IClassFixture<TestServer>
{
    const string Value = "s3cr3t-\"quoted\"-välue";

    /// <summary>As it is, as JSON has it, and a beginning of it.</summary>
    static readonly string[] Forms = [Value, JsonEncodedText.Encode(Value).Value, JsonSerializer.Serialize(Value)[1..^1], "s3cr3t-"];

    [Fact]
    public async Task A_secret_reaches_the_worker_and_nothing_that_is_kept()
    {
        await server.Client.PutSecret("TOKEN", Value, Cancel);
        var run = await Ended("""{ "text": "before {{$secrets.TOKEN}} behind", "only": "{{$secrets.TOKEN}}" }""");
        Assert.Equal("succeeded", run.State);

        var log = string.Concat((await server.Client.ReadLogs(run.Id, cancel: Cancel)).Logs.Select(chunk => chunk.Text));
        Assert.Equal("before *** behind", log);
        var items = (await server.Client.ReadItems(run.Id, cancel: Cancel)).Items.Select(item => item.Value.GetRawText()).ToList();
        Assert.Equal(["\"before *** behind\"", """{"only":"***","text":"before *** behind"}"""], items);
        var step = run.Steps!.Single(one => one.Id == "work");
        Assert.Equal("***", step.Result!.Value.GetProperty("only").GetString());
        await AssertNowhere();
    }

    [Fact]
    public async Task A_secret_stands_in_no_error_of_the_step_the_run_or_its_events()
    {
        await server.Client.PutSecret("TOKEN", Value, Cancel);
        var run = await Ended("""{ "text": "before {{$secrets.TOKEN}} behind", "fails": true }""");
        Assert.Equal(("failed", "It broke over before *** behind."), (run.State, run.Error));
        var events = await server.Client.ReadEvents(run.Id, cancel: Cancel);
        Assert.Contains(events.Events.SelectMany(row => row.Lines), line => line.Error == "It broke over before *** behind.");
        await AssertNowhere();
    }

    [Fact]
    public async Task A_secret_stands_in_no_feed_that_is_followed_and_in_no_receipt_of_what_is_left_behind()
    {
        await server.Client.PutSecret("TOKEN", Value, Cancel);
        var run = await server.StartAndBegin("leak", """, "payload": { "text": "before {{$secrets.TOKEN}} behind", "holds": true }""");
        var told = await FollowedToItsStop(run.Id);
        var receipt = await Text($"/v1/runs/{run.Id}/stop");
        var everything = await Task.WhenAll(Text($"/v1/runs/{run.Id}"), Text($"/v1/runs/{run.Id}/steps"), Text($"/v1/runs/{run.Id}/items"), Text($"/v1/runs/{run.Id}/logs"));
        server.Release();

        foreach (var text in (string[])[told, receipt, .. everything])
            Assert.All(Forms, form => Assert.DoesNotContain(form, text));
        Assert.Contains("before *** behind", told);
        var left = Assert.Single(Assert.Single(JsonSerializer.Deserialize(receipt, ProtocolJson.Default.ReceiptDocument)!.Attempts).Residuals!);
        Assert.Equal(("before *** behind", "before *** behind"), (left.Id, left.Why));
        await AssertNowhere();
    }

    [Fact]
    public async Task A_later_step_is_given_the_mask_and_not_the_secret()
    {
        await server.Client.PutSecret("TOKEN", Value, Cancel);
        var run = await server.Client.StartInline(new() { Definition = JsonElement.Parse(
            """
            { "nodes": { "root": { "type": "manual", "children": ["one"] },
              "one": { "type": "leak", "payload": { "text": "{{$secrets.TOKEN}}" }, "children": ["two"] },
              "two": { "type": "noop", "payload": { "got": "{{one.result.text}}" } } } }
            """) }, cancel: Cancel);
        var ended = await UntilEnded(run.Id);
        Assert.Equal("***", ended.Steps!.Single(step => step.Id == "two").Result!.Value.GetProperty("got").GetString());
    }

    [Fact]
    public async Task A_secret_that_is_not_there_is_named_at_the_start_and_nothing_is_started()
    {
        var graph = Graph("leak", """, "payload": { "text": "{{$secrets.MISSING || \"fallback\"}}" }""");
        var before = (await server.Client.ListRuns(cancel: Cancel)).Runs.Select(one => one.Id).FirstOrDefault();
        var problem = await Refused.With(ProblemCodes.UnknownSecret, () => server.Client.StartInline(new() { Definition = graph }, cancel: Cancel));
        Assert.Equal("There is no secret 'MISSING'.", Assert.Single(problem.Errors!).Message);
        await server.Client.SaveWorkflow("needs-a-secret", graph, cancel: Cancel);
        await Refused.With(ProblemCodes.UnknownSecret, () => server.Client.Start("needs-a-secret", cancel: Cancel));
        Assert.Equal(before, (await server.Client.ListRuns(cancel: Cancel)).Runs.Select(one => one.Id).FirstOrDefault());

        // One of another organization is none.
        using var foreign = await server.ConnectForeign();
        await foreign.PutSecret("MISSING", "a value of theirs", Cancel);
        await Refused.With(ProblemCodes.UnknownSecret, () => server.Client.Start("needs-a-secret", cancel: Cancel));
    }

    [Fact]
    public async Task A_secret_that_is_removed_before_its_step_fails_the_step_by_its_name()
    {
        await server.Client.PutSecret("BRIEF", "a brief secret", Cancel);
        var run = await server.Client.StartInline(new() { Definition = JsonElement.Parse(
            """
            { "nodes": { "root": { "type": "manual", "children": ["first"] }, "first": { "type": "wait", "children": ["work"] },
              "work": { "type": "leak", "payload": { "text": "{{$secrets.BRIEF}}" } } } }
            """) }, cancel: Cancel);
        await server.Client.RemoveSecret("BRIEF", Cancel);
        await server.Client.Signal(run.Id, "first", cancel: Cancel);
        Assert.Equal("There is no secret 'BRIEF'.", (await UntilEnded(run.Id)).Error);
    }

    [Fact]
    public async Task Only_names_are_listed_and_what_is_short_is_said_not_to_be_masked()
    {
        Assert.False((await server.Client.PutSecret("PIN", "1234", Cancel)).IsMasked);
        Assert.True((await server.Client.PutSecret("LONG", "123456", Cancel)).IsMasked);
        using var answer = await server.Send(HttpMethod.Get, "/v1/secrets");
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.Contains("\"LONG\"", text);
        Assert.DoesNotContain("123456", text);
        await server.Client.RemoveSecret("LONG", Cancel);
        await Refused.With(ProblemCodes.SecretNotFound, () => server.Client.RemoveSecret("LONG", Cancel));
    }

    [Theory]
    [InlineData("if", """{ "condition": { "left": "{{$secrets.X}}", "op": "==", "right": "a" } }""")]
    [InlineData("log", """{ "message": "{{$secrets.X}}" }""")]
    [InlineData("delay", """{ "delayMs": "{{$secrets.X}}" }""")]
    public async Task A_node_that_no_worker_executes_cannot_read_a_secret(string kind, string payload)
    {
        var problem = await Refused.With(
            ProblemCodes.InvalidDefinition, () => server.Client.SaveWorkflow("x", Graph(kind, $", \"payload\": {payload}"), cancel: Cancel));
        Assert.Contains(problem.Errors!, error => error.Code == "expression_misplaced_secret");
    }

    [Fact]
    public async Task A_key_that_was_rotated_reads_what_the_old_one_sealed_and_seals_it_anew()
    {
        var (old, next) = (SecretKeys.Draw(), SecretKeys.Draw());
        var organization = (await server.Stores.Keys.FindOrganization("default", Cancel))!.Value;
        await server.Stores.Secrets.Put(SecretKeys.Parse(old).Seal(organization, "ROTATED", Value, TimeProvider.System.GetUtcNow()), null, Cancel);

        var wrong = new SecretBook(server.Stores.Secrets, SecretKeys.Parse(next), TimeProvider.System);
        Assert.Contains(SecretKeys.Parse(old).CurrentId, (await wrong.Read(organization, ["ROTATED"], Cancel)).Unreadable["ROTATED"]);
        Assert.Contains(SecretKeys.Parse(old).CurrentId, await wrong.SealAnew(Cancel));

        await new SecretBook(server.Stores.Secrets, SecretKeys.Parse($"{next}\n{old}"), TimeProvider.System).SealAnew(Cancel);
        var after = new SecretBook(server.Stores.Secrets, SecretKeys.Parse(next), TimeProvider.System);
        Assert.Equal(Value, (await after.Read(organization, ["ROTATED"], Cancel)).Values["ROTATED"]);
        await server.Stores.Secrets.Remove(organization, "ROTATED", null, Cancel);
    }

    [Fact]
    public void A_sealed_value_opens_in_no_other_place_and_not_when_it_was_changed()
    {
        var keys = SecretKeys.Parse(SecretKeys.Draw());
        var now = TimeProvider.System.GetUtcNow();
        var (here, there) = (Guid.CreateVersion7(now), Guid.CreateVersion7(now));
        var secret = keys.Seal(here, "NAME", Value, now);
        Assert.Equal(Value, keys.Open(secret, out _));
        Assert.Null(keys.Open(secret with { Organization = there }, out _));
        Assert.Null(keys.Open(secret with { Name = "OTHER" }, out _));
        var changed = secret.Value.ToArray();
        changed[^1] ^= 1;
        Assert.Null(keys.Open(secret with { Value = changed }, out var why));
        Assert.Contains("damaged", why);
        Assert.Null(keys.Open(secret with { Value = default }, out _));
        Assert.NotEqual(secret.Value.ToArray(), keys.Seal(here, "NAME", Value, now).Value.ToArray());
        Assert.Throws<FormatException>(() => SecretKeys.Parse("c2hvcnQ="));
        Assert.Throws<FormatException>(() => SecretKeys.Parse(" \n"));
    }

    [Fact]
    public async Task A_server_without_a_key_for_secrets_says_so()
    {
        await using var keyless = new TestServer { Adjust = options => options with { SecretKeys = null } };
        await keyless.InitializeAsync();
        await Refused.With(ProblemCodes.SecretsOff, () => keyless.Client.PutSecret("TOKEN", Value, Cancel));
    }

    async Task<RunDocument> Ended(string payload)
    {
        var run = await server.Client.StartInline(new() { Definition = Graph("leak", $", \"payload\": {payload}") }, cancel: Cancel);
        return await UntilEnded(run.Id);
    }

    async Task<RunDocument> UntilEnded(Guid id)
    {
        var run = await server.Client.ReadRun(id, cancel: Cancel);
        while (run.EndedAt is null)
            run = await server.Client.ReadRun(id, TimeSpan.FromSeconds(30), run.Revision, Cancel);
        return run;
    }

    /// <summary>Everything that its live feed tells. It is stopped when that has told how far it is.</summary>
    async Task<string> FollowedToItsStop(Guid run)
    {
        using var feed = await server.Send(HttpMethod.Get, $"/v1/runs/{run}/events", change: request => request.Headers.Accept.ParseAdd("text/event-stream"));
        using var lines = new StreamReader(await feed.Content.ReadAsStreamAsync(Cancel));
        var told = new StringBuilder();
        while (await lines.ReadLineAsync(Cancel) is { } line)
        {
            told.Append(line).Append('\n');
            if (line is "event: progress")
                await server.Client.Stop(run, cancel: Cancel);
        }
        return told.ToString();
    }

    async Task<string> Text(string path)
    {
        using var answer = await server.Send(HttpMethod.Get, path);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Cancel);
    }

    /// <summary>Not in a byte of what the server keeps.</summary>
    async Task AssertNowhere()
    {
        foreach (var file in Directory.GetFiles(server.Folder).Where(file => Path.GetFileName(file).StartsWith("rein.db", StringComparison.Ordinal)))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var bytes = new byte[stream.Length];
            await stream.ReadExactlyAsync(bytes, Cancel);
            foreach (var form in Forms)
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(form)) < 0, $"'{form}' stands in {file}.");
        }
        Assert.Contains(Directory.GetFiles(server.Folder), file => file.EndsWith("-wal", StringComparison.Ordinal));
    }
}
