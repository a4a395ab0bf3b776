using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Access;

public sealed class KeyTests(TestServer server) : IClassFixture<TestServer>
{
    [Fact]
    public async Task A_rotated_key_opens_with_its_new_secret_and_the_old_one_only_for_the_overlap()
    {
        var key = await Create("rotated", "read");
        using var old = server.Connect(key.Key!);
        await old.ListRuns(cancel: Cancel);

        var rotated = await server.Client.RotateKey(key.Id, TimeSpan.FromHours(1), Cancel);
        Assert.Equal((key.Id, key.Name, key.Prefix), (rotated.Id, rotated.Name, rotated.Prefix));
        Assert.NotEqual(key.Key, rotated.Key);
        Assert.True(rotated.FormerUntil > rotated.CreatedAt.AddMinutes(59));
        using var fresh = server.Connect(rotated.Key!);
        await fresh.ListRuns(cancel: Cancel);
        await old.ListRuns(cancel: Cancel);

        var again = await server.Client.RotateKey(key.Id, cancel: Cancel);
        await Refused.With(ProblemCodes.Unauthenticated, () => fresh.ListRuns(cancel: Cancel));
        await Refused.With(ProblemCodes.Unauthenticated, () => old.ListRuns(cancel: Cancel));
        using var newest = server.Connect(again.Key!);
        await newest.ListRuns(cancel: Cancel);
    }

    [Fact]
    public async Task Nobody_makes_a_key_that_may_more_than_his_own_nor_is_told_its_secret()
    {
        using var narrow = await server.ConnectWith("admin", "read");
        var problem = await Refused.With(ProblemCodes.ScopeNotHeld, () => narrow.CreateKey(new() { Name = "x", Scopes = ["read", "start", "stop"] }, Cancel));
        Assert.EndsWith("does not have start, stop.", problem.Detail);
        Assert.NotNull((await narrow.CreateKey(new() { Name = "x", Scopes = ["read", "admin"] }, Cancel)).Key);
        var wide = await Create("wide", "read", "stop");
        await Refused.With(ProblemCodes.ScopeNotHeld, () => narrow.RotateKey(wide.Id, cancel: Cancel));
        // Taking away gives nothing.
        await narrow.RevokeKey(wide.Id, Cancel);
    }

    [Fact]
    public async Task The_last_key_that_may_administrate_an_organization_cannot_be_revoked()
    {
        var made = await server.Client.CreateOrganization("last-admin", Cancel);
        using var client = server.Connect(made.Key!.Key!);
        await client.CreateKey(new() { Name = "reader", Scopes = ["read"] }, Cancel);
        await Refused.With(ProblemCodes.LastAdminKey, () => client.RevokeKey(made.Key.Id, Cancel));
        var second = await client.CreateKey(new() { Name = "second", Scopes = ["admin"] }, Cancel);
        await client.RevokeKey(made.Key.Id, Cancel);
        using var left = server.Connect(second.Key!);
        await Refused.With(ProblemCodes.LastAdminKey, () => left.RevokeKey(second.Id, Cancel));
    }

    [Fact]
    public async Task Only_the_operator_makes_and_lists_organizations()
    {
        var made = await server.Client.CreateOrganization("acme", Cancel);
        Assert.Equal(["read", "start", "stop", "work", "admin"], made.Key!.Scopes);
        Assert.Contains((await server.Client.ListOrganizations(cancel: Cancel)).Organizations, one => one.Id == made.Id && one.Key is null);
        await Refused.With(ProblemCodes.NameTaken, () => server.Client.CreateOrganization("acme", Cancel));
        await Refused.With(ProblemCodes.BadName, () => server.Client.CreateOrganization("a b", Cancel));

        using var tenant = server.Connect(made.Key.Key!);
        await Refused.With(ProblemCodes.OperatorOnly, () => tenant.CreateOrganization("other", Cancel));
        await Refused.With(ProblemCodes.OperatorOnly, () => tenant.ListOrganizations(cancel: Cancel));
        Assert.Empty((await tenant.ListRuns(cancel: Cancel)).Runs);
        using var founding = await server.ConnectWith("read", "start", "stop", "work");
        await Refused.With(ProblemCodes.MissingScope, () => founding.ListOrganizations(cancel: Cancel));
    }

    [Fact]
    public async Task A_key_expires_at_its_time_though_it_is_remembered()
    {
        var (clock, key, text) = await Kept(life: TimeSpan.FromSeconds(3));
        var ring = new KeyRing(server.Stores.Keys, clock);
        Assert.NotNull(await ring.Verify(text.AsMemory(), Cancel));
        clock.Move(TimeSpan.FromSeconds(2.9));
        Assert.NotNull(await ring.Verify(text.AsMemory(), Cancel));
        clock.Move(TimeSpan.FromSeconds(0.2));
        Assert.Null(await ring.Verify(text.AsMemory(), Cancel));
        Assert.NotEqual(default, key.Id);
    }

    [Fact]
    public async Task Another_node_takes_a_revoked_key_for_five_seconds_at_most()
    {
        var (clock, key, text) = await Kept();
        var (here, there) = (new KeyRing(server.Stores.Keys, clock), new KeyRing(server.Stores.Keys, clock));
        Assert.NotNull(await there.Verify(text.AsMemory(), Cancel));
        var audit = new AuditEntry(key.Organization, "key:test", AuditAction.KeyRevoked, "x", key.Id);
        Assert.Equal(KeyRevocation.Done, await here.Revoke(key.Organization, key.Id, audit, Cancel));
        Assert.Null(await here.Verify(text.AsMemory(), Cancel));
        Assert.NotNull(await there.Verify(text.AsMemory(), Cancel));
        clock.Move(KeyRing.Memory);
        Assert.Null(await there.Verify(text.AsMemory(), Cancel));
    }

    [Fact]
    public async Task Another_node_takes_a_new_secret_at_once_and_the_old_one_for_five_seconds_at_most()
    {
        var (clock, key, text) = await Kept();
        var (here, there) = (new KeyRing(server.Stores.Keys, clock), new KeyRing(server.Stores.Keys, clock));
        Assert.NotNull(await there.Verify(text.AsMemory(), Cancel));
        var audit = new AuditEntry(key.Organization, "key:test", AuditAction.KeyRotated, "x", key.Id);
        var rotated = (await here.Rotate(key.Organization, key, TimeSpan.Zero, audit, Cancel))!.Value;
        Assert.NotNull(await there.Verify(rotated.Text.AsMemory(), Cancel));
        clock.Move(KeyRing.Memory);
        Assert.Null(await there.Verify(text.AsMemory(), Cancel));
        Assert.NotNull(await there.Verify(rotated.Text.AsMemory(), Cancel));
    }

    [Fact]
    public async Task The_use_of_a_key_is_written_behind_the_request_and_not_by_it()
    {
        var hurried = new Hurried();
        await using var second = new TestServer { Adjust = options => options with { Time = hurried } };
        await second.InitializeAsync();
        await second.Client.ListRuns(cancel: Cancel);
        var key = Assert.Single((await second.Client.ListKeys(Cancel)).Keys);
        while (key.UsedAt is null)
        {
            await second.Client.ReadRun(Guid.Empty, TimeSpan.FromMilliseconds(100), cancel: Cancel).ContinueWith(_ => { }, TaskScheduler.Default);
            key = Assert.Single((await second.Client.ListKeys(Cancel)).Keys);
        }
        Assert.True(key.UsedAt >= key.CreatedAt);
    }

    [Fact]
    public async Task A_feed_ends_when_its_key_does()
    {
        await using var second = new TestServer { Adjust = options => options with { Time = new Hurried() } };
        await second.InitializeAsync();
        var run = await second.StartAndBegin("hold");
        var key = await second.Client.CreateKey(new() { Name = "watcher", Scopes = ["read"] }, Cancel);
        using var feed = await second.Send(HttpMethod.Get, $"/v1/runs/{run.Id}/events", null, request => request.Headers.Authorization = new("Bearer", key.Key));
        await second.Client.RevokeKey(key.Id, Cancel);
        // It comes to an end; with a key that opens it would not, for the run goes on.
        await feed.Content.ReadAsStringAsync(Cancel).WaitAsync(TimeSpan.FromMinutes(1), Cancel);
        Assert.Equal("running", (await second.Client.ReadRun(run.Id, cancel: Cancel)).State);
    }

    async Task<KeyDocument> Create(string name, params string[] scopes) => await server.Client.CreateKey(new() { Name = name, Scopes = scopes }, Cancel);

    async Task<(ManualClock Clock, ApiKey Key, string Text)> Kept(TimeSpan? life = null)
    {
        var clock = new ManualClock();
        var organization = (await server.Stores.Keys.FindOrganization("default", Cancel))!.Value;
        var (key, text) = new KeyRing(server.Stores.Keys, clock).New(organization, "kept", Scopes.Read);
        key = key with { ExpiresAt = key.CreatedAt + life };
        await server.Stores.Keys.Create(key, null, Cancel);
        return (clock, key, text);
    }
}
