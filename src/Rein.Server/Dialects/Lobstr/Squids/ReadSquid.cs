using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Lobstr.Squids;

static class ReadSquid
{
    public static void MapReadSquid(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/squids/{squid_hash}", Handle).Needs(Scopes.Read).Answers<SquidDocument>().Says("Reads a squid.");

    static async Task<IResult> Handle(string squid_hash, Caller caller, SquidBook squids, IRunReader reader, CancellationToken cancel) =>
        await squids.Find(caller.Organization, squid_hash, cancel) is { } squid ? Replies.Of(await reader.Read(squid, cancel)) : Fault.NoSquid();
}
