using Rein.Core.Definitions;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Api.Sessions;

static class OpenSessions
{
    const int Longest = 200;
    const int MostKinds = 500;
    public const int MostCapacity = 100_000;

    static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    /// <summary>The workers within servers: who bears their name could speak for what they hold.</summary>
    const string Reserved = "embedded";

    public static void MapOpenSession(this IEndpointRouteBuilder routes) =>
        routes.MapPost("/v1/sessions", Handle).Needs(Scopes.Work).WithName("openSession").Takes<OpenSession>().Says("Opens a session of a worker; one that the same worker left open is over with it.");

    static async Task<Results<Created<SessionOpened>, Refusal>> Handle(HttpContext http, Query query, Caller caller, Engine engine, CancellationToken cancel)
    {
        var body = await Body.Read(http, Body.Small);
        if ((body.Refusal ?? query.Refusal()) is { } unread)
            return unread;
        var fields = new Fields(body);
        var request = Read(fields);
        if ((fields.Refusal ?? Check(request)) is { } refusal)
            return refusal;
        var gateway = engine.Gateway(http, caller);
        if (!gateway.IsInReach(request.Pool))
            return Refusal.Of(
                ProblemCodes.OtherPool, $"The key '{caller.Actor}' is for workers of the pool {caller.Pool}, and not of {Shown.Of(PoolName.Say(PoolName.Of(request.Pool)))}.");
        if (gateway.WhyFull(request.Worker) is { } full)
            return Refusal.Of(ProblemCodes.TooManySessions, full).After(Soon);
        if (await gateway.OtherOf(request, cancel) is { } other)
            return Refusal.Of(ProblemCodes.WorkerNameTaken, $"A process at {other.Address} is {other.Worker} since {other.OpenedAt:u}.");
        var opened = await gateway.Open(request, cancel);
        return TypedResults.Created((string?)null, opened);
    }

    static OpenSession Read(Fields fields)
    {
        var worker = fields.Text("worker", Longest, shortest: 1);
        if (worker is null)
            fields.Missing("worker", "the worker's name, the same after a restart");
        var pool = fields.Text("pool", Longest, shortest: 1);
        if (pool is not null && !PoolName.IsWellFormed(pool))
            fields.Refuse("pool", PoolName.Rule);
        var kinds = fields.Texts("kinds", 1, MostKinds, Longest);
        var capacity = fields.Whole("capacity", 1, MostCapacity);
        if (capacity is null)
            fields.Missing("capacity", "how many attempts at once");
        var version = fields.Text("version", Longest);
        var previous = fields.Text("previous", Longest);
        if (previous is not null && !Guid.TryParse(previous, out _))
            fields.Refuse("previous", "must be the id of a session");
        fields.RefuseOthers();
        return new(worker ?? "", pool, kinds, capacity ?? 1, version) { Previous = Guid.TryParse(previous, out var id) ? id : null };
    }

    static Refusal? Check(OpenSession request) => request.Worker == Reserved || request.Worker.StartsWith(Reserved + "-", StringComparison.Ordinal)
        ? Refusal.Of(ProblemCodes.BadName, $"'{Reserved}' and what begins with '{Reserved}-' are the workers within servers: choose another name.")
        : null;
}
