using Rein.Core.Runs;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>Who may do what, and who did it: keys, stop links, secrets, and the audit.</summary>
public abstract class AccessContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    static readonly DateTimeOffset s_then = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Fact]
    public async Task A_rotated_key_has_a_new_secret_and_keeps_the_former_one_for_the_overlap()
    {
        var key = Key("abc", Scopes.All) with { ExpiresAt = s_then.AddYears(100), RequestsPerSecond = 0.5, StopsPerSecond = 2 };
        await Stores.Keys.Create(key, null, Cancel);
        Assert.Null(await Stores.Keys.Rotate(Driver.NewId(), key.Id, new byte[] { 9 }, TimeSpan.Zero, Note("foreign"), Cancel));
        var rotated = Assert.IsType<ApiKey>(await Stores.Keys.Rotate(Driver.Organization, key.Id, new byte[] { 7 }, TimeSpan.FromHours(1), Note("mine"), Cancel));
        var found = Assert.IsType<ApiKey>(await Stores.Keys.Find("abc", Cancel));
        Assert.Equal([7], found.Hash.ToArray());
        Assert.Equal(key.Hash.ToArray(), found.Former!.Hash.ToArray());
        Assert.Equal(rotated.Former!.Until, found.Former.Until);
        Assert.Equal((key.Id, key.ExpiresAt, 0.5, 2.0), (found.Id, found.ExpiresAt, found.RequestsPerSecond, found.StopsPerSecond));

        await Stores.Keys.Rotate(Driver.Organization, key.Id, new byte[] { 8 }, TimeSpan.Zero, null, Cancel);
        Assert.Equal([7], (await Stores.Keys.Find("abc", Cancel))!.Former!.Hash.ToArray());
        Assert.Equal(["mine"], (await Audit()).Select(line => line.Entry.Target));
    }

    [Fact]
    public async Task The_last_key_that_may_administrate_stays()
    {
        var (first, second, expired) = (Key("a", Scopes.Admin), Key("b", Scopes.All), Key("c", Scopes.Admin) with { ExpiresAt = s_then });
        foreach (var key in new[] { first, second, expired, Key("d", Scopes.Read) })
            await Stores.Keys.Create(key, null, Cancel);
        Assert.Equal(KeyRevocation.Done, await Stores.Keys.Revoke(Driver.Organization, first.Id, Note("first"), Cancel));
        Assert.Equal(KeyRevocation.LastAdmin, await Stores.Keys.Revoke(Driver.Organization, second.Id, Note("second"), Cancel));
        Assert.Equal(KeyRevocation.Done, await Stores.Keys.Revoke(Driver.Organization, expired.Id, Note("expired"), Cancel));
        Assert.Equal(["expired", "first"], (await Audit()).Select(line => line.Entry.Target));
    }

    [Fact]
    public async Task Of_two_that_revoke_each_others_key_at_once_one_stays()
    {
        var organization = await Stores.Keys.CreateOrganization("acme", Cancel);
        for (var i = 0; i < 20; i++)
        {
            var pair = new[] { "a", "b" }.Select(name => Key($"{name}{i}", Scopes.Admin) with { Organization = organization }).ToList();
            foreach (var key in pair)
                await Stores.Keys.Create(key, null, Cancel);
            var revoked = await Task.WhenAll(pair.Select(key => Task.Run(() => Stores.Keys.Revoke(organization, key.Id, null, Cancel))));
            Assert.Equal([KeyRevocation.Done, KeyRevocation.LastAdmin], revoked.Order());
            // The next pair is on its own.
            await Database.Try($"UPDATE api_keys SET revoked_at = 1 WHERE org = {Database.Literal(organization)}");
        }
    }

    [Fact]
    public async Task The_use_of_a_key_is_noted_and_never_moves_back()
    {
        var key = Key("abc", Scopes.Read);
        await Stores.Keys.Create(key, null, Cancel);
        await Stores.Keys.Used([new(key.Id, s_then.AddHours(2))], Cancel);
        await Stores.Keys.Used([new(key.Id, s_then.AddHours(1)), new(Driver.NewId(), s_then)], Cancel);
        Assert.Equal(s_then.AddHours(2), (await Stores.Keys.Find("abc", Cancel))!.UsedAt);
    }

    [Fact]
    public async Task Organizations_are_listed_by_name()
    {
        foreach (var name in new[] { "c", "a", "b" })
            Assert.True(await Stores.Keys.Found(name, Key(name, Scopes.All) with { Organization = Driver.NewId() }, Note(name), Cancel));
        Assert.False(await Stores.Keys.Found("a", Key("e", Scopes.All) with { Organization = Driver.NewId() }, Note("taken"), Cancel));
        Assert.Equal(["a", "b"], (await Stores.Keys.ListOrganizations(null, 2, Cancel)).Select(one => one.Name));
        Assert.Equal(["c"], (await Stores.Keys.ListOrganizations("b", 2, Cancel)).Select(one => one.Name));
        Assert.Equal(["b", "a", "c"], (await Audit()).Select(line => line.Entry.Target));
    }

    [Fact]
    public async Task A_link_is_found_by_its_prefix_until_it_is_revoked()
    {
        var (link, run) = (Link("abc"), Driver.NewId());
        await Stores.StopLinks.Create(link with { Run = run }, Note("made"), Cancel);
        var found = Assert.IsType<StopLink>(await Stores.StopLinks.Find("abc", Cancel));
        Assert.Equal(link with { Run = run, Hash = default }, found with { Hash = default });
        Assert.Equal(link.Hash.ToArray(), found.Hash.ToArray());
        Assert.Single(await Stores.StopLinks.List(Driver.Organization, run, Cancel));
        Assert.Empty(await Stores.StopLinks.List(Driver.NewId(), run, Cancel));
        Assert.False(await Stores.StopLinks.Revoke(Driver.NewId(), run, link.Id, Note("foreign"), Cancel));
        Assert.False(await Stores.StopLinks.Revoke(Driver.Organization, Driver.NewId(), link.Id, Note("of another run"), Cancel));
        Assert.True(await Stores.StopLinks.Revoke(Driver.Organization, run, link.Id, Note("revoked"), Cancel));
        Assert.False(await Stores.StopLinks.Revoke(Driver.Organization, run, link.Id, Note("again"), Cancel));
        Assert.Null(await Stores.StopLinks.Find("abc", Cancel));
        Assert.Empty(await Stores.StopLinks.List(Driver.Organization, run, Cancel));
        Assert.Equal(["revoked", "made"], (await Audit()).Select(line => line.Entry.Target));
    }

    [Fact]
    public async Task The_last_link_of_an_organization_is_that_of_the_newest_of_its_runs_that_has_one_of_that_name()
    {
        var foreign = new Driver(Stores, Driver.NewId());
        var runs = new List<Guid>();
        for (var i = 0; i < 5; i++)
            runs.Add((await Driver.Start()).Id);
        var (newer, theirs) = (Link("newer") with { Run = runs[2], Name = "c-2" }, Link("theirs") with { Organization = foreign.Organization, Run = (await foreign.Start()).Id, Name = "c-4" });
        Assert.Null(await Last(10));
        foreach (var link in new[] { newer, Link("older") with { Run = runs[1], Name = "c-1" }, Link("other") with { Run = runs[3], Name = "a c-3" }, theirs })
            await Stores.StopLinks.Create(link, null, Cancel);

        await Stores.StopLinks.Revoke(Driver.Organization, runs[2], newer.Id, null, Cancel);

        Assert.Equal(("newer", "newer", null), (await Last(10), await Last(3), await Last(2)));
        Assert.Null(await Stores.StopLinks.Last(Driver.Organization, "C-", 10, Cancel));
        Assert.Equal("theirs", (await Stores.StopLinks.Last(foreign.Organization, "c-", 10, Cancel))?.Prefix);

        async Task<string?> Last(int among) => (await Stores.StopLinks.Last(Driver.Organization, "c-", among, Cancel))?.Prefix;
    }

    [Fact]
    public async Task Secrets_are_kept_as_they_came_and_replaced_by_name()
    {
        Assert.True(await Stores.Secrets.Put(Secret("b", 1), Note("new"), Cancel));
        Assert.False(await Stores.Secrets.Put(Secret("b", 2), Note("again"), Cancel));
        Assert.True(await Stores.Secrets.Put(Secret("a", 3), null, Cancel));
        Assert.True(await Stores.Secrets.Put(Secret("a", 4) with { Organization = Driver.NewId() }, null, Cancel));
        Assert.Equal(["a", "b"], (await Stores.Secrets.List(Driver.Organization, Cancel)).Select(one => one.Name));
        Assert.All(await Stores.Secrets.List(Driver.Organization, Cancel), one => Assert.True(one.Value.IsEmpty));
        var found = Assert.Single(await Stores.Secrets.Find(Driver.Organization, ["b", "none"], Cancel));
        Assert.Equal([2], found.Value.ToArray());
        Assert.False(await Stores.Secrets.Remove(Driver.NewId(), "b", Note("foreign"), Cancel));
        Assert.True(await Stores.Secrets.Remove(Driver.Organization, "b", Note("gone"), Cancel));
        Assert.False(await Stores.Secrets.Remove(Driver.Organization, "b", Note("twice"), Cancel));
        Assert.Equal(["gone", "again", "new"], (await Audit()).Select(line => line.Entry.Target));
    }

    [Fact]
    public async Task A_secret_is_sealed_anew_only_while_it_is_the_one_that_was_read()
    {
        await Stores.Secrets.Put(Secret("a", 1), null, Cancel);
        var read = Assert.Single(await Stores.Secrets.NotUnder("new", Cancel));
        await Stores.Secrets.Put(Secret("a", 2), null, Cancel);
        await Stores.Secrets.Reseal(read, read with { KeyId = "new", Value = new byte[] { 1, 1 } }, Cancel);
        Assert.Equal([2], Assert.Single(await Stores.Secrets.NotUnder("new", Cancel)).Value.ToArray());
        await Stores.Secrets.Reseal(Secret("a", 2), Secret("a", 2) with { KeyId = "new", Value = new byte[] { 2, 2 } }, Cancel);
        Assert.Empty(await Stores.Secrets.NotUnder("new", Cancel));
        Assert.Equal([2, 2], Assert.Single(await Stores.Secrets.Find(Driver.Organization, ["a"], Cancel)).Value.ToArray());
    }

    [Fact]
    public async Task The_audit_is_read_newest_first_by_page_and_by_filter()
    {
        var key = new LimitKey(Driver.Organization, "k");
        foreach (var (target, actor) in new[] { ("one", "key:a"), ("two", "key:b"), ("three", "key:a") })
            await Stores.Limits.Put(key, 1, Note(target) with { Actor = actor, Detail = "at most 1" }, Cancel);
        await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.OneStep, 3, Note("flow") with { Action = AuditAction.WorkflowSaved }, Cancel);
        await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.OneStep, 3, Note("the same again"), Cancel);

        var all = await Audit();
        Assert.Equal(["flow", "three", "two", "one"], all.Select(line => line.Entry.Target));
        Assert.Equal("version 1, at most 3 running", all[0].Entry.Detail);
        Assert.Equal("at most 1", all[1].Entry.Detail);
        Assert.Equal(["two", "one"], await Targets(new(Driver.Organization, 10, Before: all[1].Number)));
        Assert.Equal(["three"], await Targets(new(Driver.Organization, 1, Actor: "key:a")));
        Assert.Equal(["two"], await Targets(new(Driver.Organization, 10, Target: "two")));
        Assert.Equal(["flow"], await Targets(new(Driver.Organization, 10, Action: AuditAction.WorkflowSaved)));
        Assert.Equal(["one"], await Targets(new(Driver.Organization, 10, Until: all[2].At, Before: all[2].Number)));
        Assert.Empty(await Targets(new(Driver.Organization, 10, Since: all[0].At.AddHours(1))));
        Assert.Empty(await Targets(new(Driver.NewId(), 10)));
    }

    [Fact]
    public async Task The_audit_cannot_be_changed_or_shortened()
    {
        await Stores.Limits.Put(new(Driver.Organization, "k"), 1, Note("kept"), Cancel);
        Assert.NotNull(await Database.Try("UPDATE audit SET actor = 'nobody'"));
        Assert.NotNull(await Database.Try("DELETE FROM audit"));
        Assert.Equal("key:test", Assert.Single(await Audit()).Entry.Actor);
    }

    [Fact]
    public async Task A_stop_that_the_audit_tells_of_is_told_in_its_own_transaction()
    {
        var started = (await Driver.Start(Driver.Order())).Id;
        await using (var unit = await Begin())
        {
            var locked = (await unit.LockRuns([started], wait: true, Cancel)).Runs[started];
            var run = Assert.Single(await unit.LoadSlices([(locked, Slice.OpenSteps)], Cancel));
            var stop = new RequestStop(run.Id, StopOrigin.Manual, "link:abc", "", null, FenceAt.End, false).Decide(run, unit.Now);
            await unit.Commit(new([new(run, stop.Change!)]) { Audit = [Note("used") with { Action = AuditAction.LinkUsed }] }, Cancel);
        }
        Assert.Equal(AuditAction.LinkUsed, Assert.Single(await Audit()).Entry.Action);
    }

    async Task<IReadOnlyList<AuditLine>> Audit() => await Stores.Audit.List(new(Driver.Organization, 100), Cancel);

    async Task<IEnumerable<string>> Targets(AuditQuery query) => (await Stores.Audit.List(query, Cancel)).Select(line => line.Entry.Target);

    AuditEntry Note(string target) => new(Driver.Organization, "key:test", AuditAction.LimitSet, target, Driver.NewId());

    ApiKey Key(string prefix, Scopes scopes) => new(Driver.NewId(), Driver.Organization, "ops", prefix, new byte[] { 0, 1, 255 }, scopes, s_then);

    [Fact]
    public async Task A_link_comes_with_the_start_of_its_run_or_neither_does()
    {
        var (first, second) = (Driver.Order(), Driver.Order());
        await Start(first, Link("abc") with { Run = first.Run });
        Assert.Equal(first.Run, (await Stores.StopLinks.Find("abc", Cancel))!.Run);
        Assert.Equal("for ada", Assert.Single(await Stores.StopLinks.List(Driver.Organization, first.Run, Cancel)).Name);

        await Assert.ThrowsAsync<StoreException>(() => Start(second, Link("abc") with { Run = second.Run }));
        Assert.Null(await Stores.Reader.Find(Driver.Organization, second.Run, Cancel));

        async Task Start(Core.Runs.Lifecycle.StartRun start, StopLink link)
        {
            await using var unit = await Begin();
            await unit.Commit(new([await Driver.Decide(unit, start)]) { Links = [link] }, Cancel);
        }
    }

    StopLink Link(string prefix) => new(
        Driver.NewId(), Driver.Organization, Driver.NewId(), prefix, new byte[] { 5, 0 }, "for ada", "key:ops", s_then, s_then.AddDays(1));

    SealedSecret Secret(string name, byte value) => new(Driver.Organization, name, "old", new byte[] { value }, s_then);
}
