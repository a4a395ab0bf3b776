using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;
using Rein.Server.Access;
using Rein.Server.Api.Description;
using Rein.Server.Problems;

namespace Rein.Server.Api.Operations;

/// <summary>Whether the process lives, and whether it can work. Neither needs a key.</summary>
static class Health
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Ok(new HealthDocument { Status = "ok" })).WithName("readHealth").Says("Whether the server answers at all.");
        routes.MapGet("/readyz", Ready).WithName("readReadiness").Says("Whether the server can work.");
    }

    static async Task<Results<Ok<HealthDocument>, Refusal>> Ready(IStores stores, Engine engine, TimeProvider time, CancellationToken cancel)
    {
        try
        {
            await stores.Keys.FindOrganization(KeyRing.DefaultOrganization, cancel).WaitAsync(Patience, time, cancel);
            return engine.Store.Trouble switch
            {
                StoreTrouble.Full => Refusal.Of(ProblemCodes.NotReady, "The disk of the database is full: nothing can be started or stopped until there is room again."),
                StoreTrouble.ReadOnly => Refusal.Of(ProblemCodes.NotReady, "The database cannot be written: nothing can be started or stopped until it can."),
                _ => TypedResults.Ok(Say(engine.Capacity.LostHere)),
            };
        }
        catch (Exception broken) when (broken is StoreException or TimeoutException)
        {
            return Refusal.Of(ProblemCodes.NotReady, $"The database does not answer: {broken.Message}");
        }
    }

    /// <summary>No ids: whoever asks has no key.</summary>
    static HealthDocument Say(int lost) => lost == 0
        ? new() { Status = "ready" }
        : new()
        {
            Status = "degraded",
            Says = [$"{lost} {(lost == 1 ? "place" : "places")} of the embedded worker lost to code that ignores its stop, until it returns or the server is started anew."],
        };
}
