using System.Collections.Concurrent;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Faults;
using Rein.Core.Stores;
using Rein.Server.Api.Pools;

namespace Rein.Server.Api.Workflows;

/// <summary>Finds what runs are started from, and checks definitions against the kinds that somebody can execute.</summary>
sealed class WorkflowCatalog(IStores stores, Engine engine, ReinServerOptions options)
{
    const int MostRemembered = 10_000;

    // Exchanged as a whole by a save: a look-up that began before it adds to the old one, which nobody reads any more.
    ConcurrentDictionary<(Guid, string), WorkflowVersion> remembered = new();

    /// <summary>The latest version.</summary>
    public ValueTask<WorkflowVersion?> Latest(Guid organization, string name, CancellationToken cancel) =>
        remembered.TryGetValue((organization, name), out var known) ? new(known) : new(LookUp(organization, name, cancel));

    async Task<WorkflowVersion?> LookUp(Guid organization, string name, CancellationToken cancel)
    {
        var memory = Volatile.Read(ref remembered);
        var version = await stores.Workflows.Find(organization, name, null, cancel);
        if (version is null || !options.IsOnlyNode)
            return version;
        if (memory.Count >= MostRemembered)
            memory.Clear();
        memory[(organization, name)] = version;
        return version;
    }

    /// <summary>There may be more room now.</summary>
    public async Task<WorkflowVersion> Save(
        Guid organization, string name, Definition definition, int? maxRunning, AuditEntry audit, CancellationToken cancel)
    {
        var saved = await stores.Workflows.Save(organization, name, definition, maxRunning, audit, cancel);
        await Forget(organization, name);
        return saved;
    }

    /// <param name="beside">Goes with it, or neither of both.</param>
    /// <returns>Null: the latest version is another one by now than was seen, or something else lies beside it.</returns>
    public async Task<WorkflowVersion?> SaveOver(WorkflowVersion seen, Definition definition, BesideExchange beside, AuditEntry audit, CancellationToken cancel)
    {
        var saved = await stores.Workflows.SaveOver(seen.Version, seen.Organization, seen.Name, definition, seen.MaxRunning, beside, audit, cancel);
        if (saved is not null)
            await Forget(seen.Organization, seen.Name);
        return saved;
    }

    async Task Forget(Guid organization, string name)
    {
        Volatile.Write(ref remembered, new());
        await engine.Admit(LimitKey.OfWorkflow(organization, name));
    }

    /// <summary>Kinds that only workers know are asked for only where the definition needs one.</summary>
    public Task<Parsed<Definition>> Parse(JsonElement definition, Guid organization, CancellationToken cancel) => Parse(definition, organization, [], cancel);

    /// <param name="also">Kinds that are known whether somebody serves them by now or not.</param>
    public async Task<Parsed<Definition>> Parse(JsonElement definition, Guid organization, IEnumerable<string> also, CancellationToken cancel)
    {
        var known = KindCatalog.BuiltIn.With(also);
        var parsed = Definition.Parse(definition, known);
        if (parsed.IsValid || parsed.Faults.All(fault => fault.Code != FaultCodes.DefinitionUnknownKind))
            return parsed;
        var sessions = await stores.Sessions.Serving(organization, cancel);
        return Definition.Parse(definition, known.With(sessions.SelectMany(session => session.Kinds)));
    }
}
