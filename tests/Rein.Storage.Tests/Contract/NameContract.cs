using System.Text;
using Rein.Core.Stores;

namespace Rein.Storage.Tests.Contract;

/// <summary>What has a name: workflows, organizations, keys.</summary>
public abstract class NameContract<TDatabase> : StoreContract<TDatabase>
    where TDatabase : ITestDatabase, new()
{
    [Fact]
    public async Task A_workflow_gets_a_version_per_content_and_keeps_its_id()
    {
        var first = await Save("flow");
        var same = await Save("flow");
        var limited = await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.OneStep, 3, Cancel);
        var changed = await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.Diamond, 3, Cancel);
        Assert.Equal(first, same);
        Assert.Equal([1, 1, 2, 3], new[] { first, same, limited, changed }.Select(saved => saved.Version));
        Assert.All([same, limited, changed], saved => Assert.Equal(first.Id, saved.Id));
        Assert.Equal(3, limited.MaxRunning);
    }

    [Fact]
    public async Task A_workflow_is_found_by_name_and_version_in_its_organization()
    {
        await Save("flow");
        await Stores.Workflows.Save(Driver.Organization, "flow", Graphs.Diamond, null, Cancel);
        await Restart();
        Assert.Equal(Graphs.Diamond.Hash, (await Find("flow", null))!.Definition.Hash);
        Assert.Equal(Graphs.OneStep.Hash, (await Find("flow", 1))!.Definition.Hash);
        Assert.Null(await Find("flow", 3));
        Assert.Null(await Find("other", null));
        Assert.Null(await Stores.Workflows.Find(Driver.NewId(), "flow", null, Cancel));
    }

    [Fact]
    public async Task Workflows_are_listed_by_name_with_their_latest_version()
    {
        foreach (var name in new[] { "c", "a", "b" })
            await Save(name);
        await Stores.Workflows.Save(Driver.Organization, "b", Graphs.Diamond, null, Cancel);
        var first = await Stores.Workflows.List(Driver.Organization, null, 2, Cancel);
        Assert.Equal([("a", 1), ("b", 2)], first.Select(saved => (saved.Name, saved.Version)));
        Assert.Equal(["c"], (await Stores.Workflows.List(Driver.Organization, "b", 2, Cancel)).Select(saved => saved.Name));
        Assert.Equal([("b", 2), ("c", 1)], (await Stores.Workflows.List(Driver.Organization, null, 1, 5, Cancel)).Select(saved => (saved.Name, saved.Version)));
        Assert.Equal(["c"], (await Stores.Workflows.List(Driver.Organization, "a", 1, 5, Cancel)).Select(saved => saved.Name));
        Assert.Empty(await Stores.Workflows.List(Driver.Organization, null, 3, 5, Cancel));
        Assert.Empty(await Stores.Workflows.List(Driver.NewId(), null, 2, Cancel));

        Assert.Equal(["a", "b", "c"], await Stores.Workflows.Names(Driver.Organization, null, 5, Cancel));
        Assert.Equal(["a", "b"], await Stores.Workflows.Names(Driver.Organization, null, 2, Cancel));
        Assert.Equal(["c"], await Stores.Workflows.Names(Driver.Organization, "b", 2, Cancel));
        Assert.Equal(["b", "c"], await Stores.Workflows.Names(Driver.Organization, null, 1, 5, Cancel));
        Assert.Equal(["c"], await Stores.Workflows.Names(Driver.Organization, "a", 1, 5, Cancel));
        Assert.Empty(await Stores.Workflows.Names(Driver.NewId(), null, 2, Cancel));
        Assert.Equal((3, 0), (await Stores.Workflows.Count(Driver.Organization, Cancel), await Stores.Workflows.Count(Driver.NewId(), Cancel)));
    }

    [Fact]
    public async Task Of_those_who_save_over_the_same_version_at_once_one_does_and_the_others_change_nothing()
    {
        await Save("flow");
        var saved = await Task.WhenAll(Enumerable.Range(1, 4).Select(max => Task.Run(() => Over(1, "flow", max))));
        var won = Assert.Single(saved.OfType<WorkflowVersion>());
        Assert.Equal(2, won.Version);
        Assert.Equal((2, won.MaxRunning), (await Find("flow", null)) switch { var latest => (latest!.Version, latest.MaxRunningNow) });
        Assert.Null(await Over(1, "flow", 9));
        Assert.Null(await Over(1, "nobodys", 9));
        Assert.Equal(3, (await Over(2, "flow", 9))!.Version);
        Assert.Equal(3, (await Over(3, "flow", 9))!.Version);

        Task<WorkflowVersion?> Over(int seen, string name, int max) => Stores.Workflows.SaveOver(seen, Driver.Organization, name, Graphs.OneStep, max, null, null, Cancel);
    }

    [Fact]
    public async Task A_definition_that_was_not_saved_over_is_stored_with_the_first_run_of_it()
    {
        await Save("flow");
        Assert.Null(await Stores.Workflows.SaveOver(9, Driver.Organization, "flow", Graphs.Diamond, null, null, null, Cancel));
        var run = await Driver.Start(Graphs.Diamond);
        await Restart();
        Assert.Equal(Graphs.Diamond.Hash, (await Driver.Load(run.Id)).Definition.Hash);
    }

    [Fact]
    public async Task What_lies_beside_a_workflow_is_exchanged_with_the_version_that_is_saved_over_or_neither_is()
    {
        await Save("flow");
        Assert.Null(await Over(1, "", "early", 2, name: "nobodys"));
        Assert.Equal(2, (await Over(1, "", "a", 2))!.Version);
        Assert.Null(await Over(1, "a", "stale", 3));
        Assert.Null(await Over(2, "not a", "stale", 3));
        Assert.Null(await Over(2, "", "stale", 3));
        Assert.Equal(("a", 2, 2), await Now());
        // The same again is no new version; what lies beside it is another all the same.
        Assert.Equal(2, (await Over(2, "a", "b", 2))!.Version);
        Assert.Equal(("b", 2, 2), await Now());
        Assert.True((await Stores.Extras.OfWorkflow(Driver.Organization, "nobodys", Cancel)).IsEmpty);

        var saved = await Task.WhenAll(Enumerable.Range(1, 4).Select(n => Task.Run(() => Over(2, "b", $"c{n}", 2))));
        Assert.Single(saved.OfType<WorkflowVersion>());

        Task<WorkflowVersion?> Over(int seen, string before, string after, int max, string name = "flow") => Stores.Workflows.SaveOver(
            seen, Driver.Organization, name, Graphs.OneStep, max, new(Json(before), Json(after)), null, Cancel);

        async Task<(string, int, int?)> Now() => (
            Encoding.UTF8.GetString((await Stores.Extras.OfWorkflow(Driver.Organization, "flow", Cancel)).Span).Trim('"'), (await Find("flow", null))!.Version, (await Find("flow", null))!.MaxRunningNow);

        static ReadOnlyMemory<byte> Json(string word) => word.Length == 0 ? default : Encoding.UTF8.GetBytes($"\"{word}\"");
    }

    [Fact]
    public async Task Two_that_save_at_once_get_two_versions()
    {
        var saved = await Task.WhenAll(Enumerable.Range(1, 4).Select(max => Task.Run(
            () => Stores.Workflows.Save(Driver.Organization, "flow", Graphs.OneStep, max, Cancel))));
        Assert.Equal([1, 2, 3, 4], saved.Select(version => version.Version).Order());
        Assert.Single(saved.Select(version => version.Id).Distinct());
    }

    [Fact]
    public async Task An_organization_is_found_by_its_name_which_is_taken_once()
    {
        var id = await Stores.Keys.CreateOrganization("acme", Cancel);
        Assert.Equal(id, await Stores.Keys.FindOrganization("acme", Cancel));
        Assert.Null(await Stores.Keys.FindOrganization("other", Cancel));
        await Assert.ThrowsAsync<StoreException>(() => Stores.Keys.CreateOrganization("acme", Cancel));
    }

    [Fact]
    public async Task An_organization_is_founded_with_its_first_key_once()
    {
        var founded = await Task.WhenAll(new[] { "a", "b", "c", "d" }.Select(prefix => Task.Run(
            () => Stores.Keys.Found("acme", Key(prefix) with { Organization = Driver.NewId() }, null, Cancel))));
        Assert.Single(founded, isFirst => isFirst);
        var organization = Assert.IsType<Guid>(await Stores.Keys.FindOrganization("acme", Cancel));
        var first = Assert.Single(await Stores.Keys.List(organization, Cancel));
        Assert.Equal(organization, (await Stores.Keys.Find(first.Prefix, Cancel))!.Organization);
        Assert.Equal(3, (await Task.WhenAll(new[] { "a", "b", "c", "d" }.Select(prefix => Stores.Keys.Find(prefix, Cancel)))).Count(key => key is null));
    }

    [Fact]
    public async Task A_key_is_found_by_its_prefix_until_it_is_revoked()
    {
        var key = Key("abc");
        await Stores.Keys.Create(key, null, Cancel);
        var found = Assert.IsType<ApiKey>(await Stores.Keys.Find("abc", Cancel));
        Assert.Equal(key with { Hash = default }, found with { Hash = default });
        Assert.Equal(key.Hash.ToArray(), found.Hash.ToArray());

        Assert.Equal(KeyRevocation.Unknown, await Stores.Keys.Revoke(Driver.NewId(), key.Id, null, Cancel));
        Assert.NotNull(await Stores.Keys.Find("abc", Cancel));
        Assert.Equal(KeyRevocation.Done, await Stores.Keys.Revoke(Driver.Organization, key.Id, null, Cancel));
        Assert.Equal(KeyRevocation.Unknown, await Stores.Keys.Revoke(Driver.Organization, key.Id, null, Cancel));
        Assert.Null(await Stores.Keys.Find("abc", Cancel));
        Assert.Empty(await Stores.Keys.List(Driver.Organization, Cancel));
    }

    [Fact]
    public async Task Keys_are_listed_for_their_organization_and_a_prefix_is_taken_once()
    {
        await Stores.Keys.Create(Key("abc"), null, Cancel);
        await Stores.Keys.Create(Key("def"), null, Cancel);
        await Assert.ThrowsAsync<StoreException>(() => Stores.Keys.Create(Key("abc"), null, Cancel));
        Assert.Equal(["abc", "def"], (await Stores.Keys.List(Driver.Organization, Cancel)).Select(key => key.Prefix));
        Assert.Empty(await Stores.Keys.List(Driver.NewId(), Cancel));
    }

    ApiKey Key(string prefix) => new(
        Driver.NewId(), Driver.Organization, "ops", prefix, new byte[] { 0, 1, 255 }, Scopes.Stop | Scopes.Read, DateTimeOffset.UnixEpoch.AddDays(20_000));

    Task<WorkflowVersion> Save(string name) => Stores.Workflows.Save(Driver.Organization, name, Graphs.OneStep, null, Cancel);

    Task<WorkflowVersion?> Find(string name, int? version) => Stores.Workflows.Find(Driver.Organization, name, version, Cancel);
}
