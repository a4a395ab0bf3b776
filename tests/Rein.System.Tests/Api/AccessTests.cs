using System.Net;
using System.Text;
using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Api;

public sealed class AccessTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData(null)]
    [InlineData("Bearer")]
    [InlineData("Bearer rein_000000000000_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("Basic cmVpbjpyZWlu")]
    [InlineData("Bearer rein_")]
    public async Task Without_a_key_that_is_known_nothing_is_answered(string? header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/runs");
        if (header is not null)
            request.Headers.TryAddWithoutValidation("Authorization", header);
        var response = await server.Http.SendAsync(request, Cancel);
        Assert.Equal("Bearer", response.Headers.WwwAuthenticate.ToString());
        await Refused.With(ProblemCodes.Unauthenticated, response);
    }

    [Fact]
    public async Task A_key_with_one_wrong_character_is_refused_whether_or_not_it_was_seen_before()
    {
        await server.Client.ListRuns(cancel: Cancel);
        using var wrong = server.Connect(server.Key[..^1] + (server.Key[^1] == '0' ? '1' : '0'));
        await Refused.With(ProblemCodes.Unauthenticated, () => wrong.ListRuns(cancel: Cancel));
    }

    [Fact]
    public async Task A_key_that_may_only_stop_can_stop_and_see_what_became_of_it()
    {
        var run = await server.StartAndBegin("hold");
        using var stopper = await server.ConnectWith("stop");
        Assert.True((await stopper.Stop(run.Id, wait: TimeSpan.FromSeconds(30), cancel: Cancel)).IsGone);
        Assert.Equal("key:of a test", (await stopper.ReadReceipt(run.Id, Cancel)).Actor);
        var problem = await Refused.With(ProblemCodes.MissingScope, () => stopper.ReadRun(run.Id, cancel: Cancel));
        Assert.Contains("read", problem.Detail, StringComparison.Ordinal);
        await Refused.With(ProblemCodes.MissingScope, () => stopper.StartInline(new() { Definition = Graph("noop") }, cancel: Cancel));
    }

    [Fact]
    public async Task Whoever_may_start_may_stop()
    {
        using var starter = await server.ConnectWith("start");
        var run = await starter.StartInline(new() { Definition = Graph("hold") }, cancel: Cancel);
        Assert.NotEmpty((await starter.Stop(run.Id, cancel: Cancel)).Answer);
    }

    [Fact]
    public async Task A_key_that_may_only_read_changes_nothing()
    {
        var run = await server.StartAndBegin("hold");
        using var reader = await server.ConnectWith("read");
        await Refused.With(ProblemCodes.MissingScope, () => reader.Stop(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.MissingScope, () => reader.Pause(run.Id, cancel: Cancel));
        await Refused.With(ProblemCodes.MissingScope, () => reader.SaveWorkflow("x", Graph("noop"), cancel: Cancel));
        await Refused.With(ProblemCodes.MissingScope, () => reader.PutLimit("x", 1, Cancel));
        await Refused.With(ProblemCodes.MissingScope, () => reader.ListKeys(Cancel));
        Assert.Null((await reader.ReadRun(run.Id, cancel: Cancel)).Stop);
    }

    [Fact]
    public async Task A_revoked_key_is_refused_from_the_next_request_on()
    {
        var key = await server.Client.CreateKey(new() { Name = "short-lived", Scopes = ["read"] }, Cancel);
        using var client = server.Connect(key.Key!);
        await client.ListRuns(cancel: Cancel);
        await server.Client.RevokeKey(key.Id, Cancel);
        await Refused.With(ProblemCodes.Unauthenticated, () => client.ListRuns(cancel: Cancel));
        await Refused.With(ProblemCodes.KeyNotFound, () => server.Client.RevokeKey(key.Id, Cancel));
    }

    [Fact]
    public async Task Keys_are_told_once_and_kept_only_as_hashes()
    {
        var key = await server.Client.CreateKey(new() { Name = "told-once", Scopes = ["stop", "read"] }, Cancel);
        Assert.StartsWith($"rein_{key.Prefix}_", key.Key, StringComparison.Ordinal);
        var listed = (await server.Client.ListKeys(Cancel)).Keys.Single(other => other.Id == key.Id);
        Assert.Null(listed.Key);
        Assert.Equal(["read", "stop"], listed.Scopes);
        var kept = (await server.Stores.Keys.Find(key.Prefix, Cancel))!;
        Assert.DoesNotContain(key.Key![^64..], Encoding.ASCII.GetString(kept.Hash.Span), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_of_another_organization_is_neither_seen_nor_revoked()
    {
        using var foreign = await server.ConnectForeign();
        var theirs = Assert.Single((await foreign.ListKeys(Cancel)).Keys);
        await Refused.With(ProblemCodes.KeyNotFound, () => server.Client.RevokeKey(theirs.Id, Cancel));
        Assert.DoesNotContain((await server.Client.ListKeys(Cancel)).Keys, key => key.Id == theirs.Id);
    }

    [Fact]
    public async Task Health_needs_no_key()
    {
        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync(new Uri("/healthz", UriKind.Relative), Cancel)).StatusCode);
        using var nobody = server.Connect("none");
        Assert.Equal("ready", (await nobody.Ready(Cancel)).Status);
    }
}
