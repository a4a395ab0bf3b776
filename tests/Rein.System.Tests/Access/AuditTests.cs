using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Access;

public sealed class AuditTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task Whoever_changes_who_may_do_what_stands_in_the_audit()
    {
        using var admin = await server.ConnectWith("admin", "read", "start", "stop");
        var before = (await server.Client.ReadAudit(cancel: Cancel)).Entries[0].Number;
        var key = await admin.CreateKey(new() { Name = "ops", Scopes = ["stop"], ExpiresInSeconds = 3600 }, Cancel);
        var rotated = await admin.RotateKey(key.Id, TimeSpan.FromMinutes(1), Cancel);
        await admin.RevokeKey(key.Id, Cancel);
        await admin.PutLimit("acme", 3, Cancel);
        await admin.RemoveLimit("acme", Cancel);
        await admin.SaveWorkflow("audited", Graph("hold"), cancel: Cancel);
        await admin.PutSecret("TOKEN", "the value of it", Cancel);
        await admin.RemoveSecret("TOKEN", Cancel);
        var run = await admin.Start("audited", cancel: Cancel);
        var link = await admin.CreateStopLink(run.Id, new() { Name = "for ada" }, Cancel);
        await admin.RevokeStopLink(run.Id, link.Id, Cancel);

        var page = await server.Client.ReadAudit(cancel: Cancel);
        var entries = page.Entries.Where(entry => entry.Number > before).Reverse().ToList();
        Assert.Equal(
            [
                $"key_created key:{key.Id}", $"key_rotated key:{key.Id}", $"key_revoked key:{key.Id}", "limit_set limit:acme", "limit_removed limit:acme",
                "workflow_saved workflow:audited", "secret_set secret:TOKEN", "secret_removed secret:TOKEN", $"link_created link:{link.Id}", $"link_revoked link:{link.Id}",
            ],
            entries.Select(entry => $"{entry.Action} {entry.Target}"));
        Assert.All(entries, entry => Assert.Equal("key:of a test", entry.Actor));
        Assert.Equal(entries.Count, entries.Select(entry => entry.RequestId).Distinct().Count());
        Assert.Equal("at most 3", entries[3].Detail);
        Assert.Equal((null, "version 1"), (entries[4].Detail, entries[5].Detail));
        var said = string.Join('\n', page.Entries);
        foreach (var secret in new[] { key.Key![^64..], rotated.Key![^64..], "the value of it", link.Url![^64..] })
            Assert.DoesNotContain(secret, said);
    }

    [Fact]
    public async Task Whoever_drains_a_pool_sets_its_drill_or_makes_an_organization_stands_in_the_audit()
    {
        using var admin = await server.ConnectWith("admin", "read");
        var before = (await server.Client.ReadAudit(cancel: Cancel)).Entries[0].Number;
        await admin.DrainPool("audited", graceSeconds: 60, Cancel);
        await admin.ReopenPool("audited", Cancel);
        await admin.PutPool("audited", new() { Drill = new() { EverySeconds = 86_400, WithinMs = 500 } }, Cancel);
        await admin.PutPool("audited", new(), Cancel);
        var made = await admin.CreateOrganization("audited", Cancel);

        var entries = (await server.Client.ReadAudit(new() { Actor = "key:of a test" }, Cancel)).Entries.Where(entry => entry.Number > before).Reverse();
        Assert.Equal(
            [
                "pool_drained pool:audited: handed back after 60 s", "pool_reopened pool:audited: ", "drill_set pool:audited: every 86400 s, within 500 ms",
                "drill_set pool:audited: no drills", $"organization_created organization:{made.Id}: 'audited'",
            ],
            entries.Select(entry => $"{entry.Action} {entry.Target}: {entry.Detail}"));
    }

    [Fact]
    public async Task Whoever_paused_resumed_answered_or_repeated_a_run_stands_in_the_history_of_the_run()
    {
        using var somebody = await server.ConnectWith("start", "stop", "read");
        var asking = JsonElement.Parse("""{ "nodes": { "root": { "type": "manual", "children": ["ask"] }, "ask": { "type": "approval", "payload": { "message": "go on?" } } } }""");
        var run = await server.Client.StartInline(new() { Definition = asking }, cancel: Cancel);
        await somebody.Pause(run.Id, "lunch", Cancel);
        await somebody.Resume(run.Id, Cancel);
        await somebody.Approve(run.Id, "ask", "yes", Cancel);
        await foreach (var _ in server.Client.Watch(run.Id, cancel: Cancel)) { }
        var again = await somebody.Retry(run.Id, "start", cancel: Cancel);
        await server.Client.Stop(again.Id, cancel: Cancel);

        Assert.Equal(
            ["created key:admin ", "paused key:of a test lunch", "resumed key:of a test ", "step_answered key:of a test yes"],
            (await Lines(run.Id)).Where(line => line.Actor is not null).Select(line => $"{line.Kind} {line.Actor} {line.Reason}"));
        Assert.Equal(("created", "key:of a test"), (await Lines(again.Id))[0] is var first ? (first.Kind, first.Actor) : default);
        Assert.Equal(run.Id, again.SourceRunId);
    }

    async Task<List<EventLine>> Lines(Guid run) => [.. (await server.Client.ReadEvents(run, cancel: Cancel)).Events.SelectMany(change => change.Lines)];

    [Fact]
    public async Task What_was_refused_or_changed_nothing_leaves_no_entry()
    {
        await server.Client.SaveWorkflow("unchanged", Graph("hold"), cancel: Cancel);
        var before = (await server.Client.ReadAudit(cancel: Cancel)).Entries[0].Number;
        await server.Client.SaveWorkflow("unchanged", Graph("hold"), cancel: Cancel);
        await Refused.With(ProblemCodes.KeyNotFound, () => server.Client.RevokeKey(Guid.Empty, Cancel));
        await Refused.With(ProblemCodes.SecretNotFound, () => server.Client.RemoveSecret("none", Cancel));
        await Refused.With(ProblemCodes.BadName, () => server.Client.PutSecret("1st", "value", Cancel));
        Assert.Equal(before, (await server.Client.ReadAudit(cancel: Cancel)).Entries[0].Number);
    }

    [Fact]
    public async Task An_answer_carries_the_id_that_its_entry_has()
    {
        using var answer = await server.Send(HttpMethod.Put, "/v1/limits/traced", """{"max":1}""");
        var id = Guid.Parse(Assert.Single(answer.Headers.GetValues("Request-Id")));
        Assert.Equal(id, Assert.Single((await server.Client.ReadAudit(new() { Target = "limit:traced" }, Cancel)).Entries).RequestId);
    }

    [Fact]
    public async Task It_is_read_by_page_and_by_filter_and_stays_in_its_organization()
    {
        using var admin = await server.ConnectWith("admin");
        for (var i = 0; i < 5; i++)
            await admin.PutLimit("paged", i, Cancel);
        var filter = new AuditFilter { Target = "limit:paged", Action = "limit_set", Actor = "key:of a test", Limit = 2 };
        var seen = new List<string?>();
        for (string? cursor = null; seen.Count == 0 || cursor is not null;)
        {
            var page = await server.Client.ReadAudit(filter with { Cursor = cursor }, Cancel);
            seen.AddRange(page.Entries.Select(entry => entry.Detail));
            cursor = page.Cursor;
        }
        Assert.Equal(["at most 4", "at most 3", "at most 2", "at most 1", "at most 0"], seen);
        Assert.Empty((await server.Client.ReadAudit(filter with { Since = DateTimeOffset.UnixEpoch.AddYears(200) }, Cancel)).Entries);
        using var foreign = await server.ConnectForeign();
        Assert.Empty((await foreign.ReadAudit(cancel: Cancel)).Entries);
        await Refused.With(ProblemCodes.BadCursor, () => server.Client.ReadAudit(new() { Cursor = "x" }, Cancel));
        await Refused.With(ProblemCodes.BadParameter, () => server.Client.ReadAudit(new() { Action = "slept" }, Cancel));
    }
}
