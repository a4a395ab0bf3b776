using Rein.Core.Stores;

namespace Rein.Server.Api.Pools;

static class ServingSessions
{
    /// <summary>The organization's own sessions, and those that serve every organization.</summary>
    public static async Task<IEnumerable<Session>> Serving(this ISessionStore sessions, Guid organization, CancellationToken cancel) =>
        (await sessions.List(null, cancel)).Where(session => session.Organization is null || session.Organization == organization);
}
