using System.Globalization;
using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Requests;

namespace Rein.Server.Api.Pools;

/// <summary>How a drain is asked for.</summary>
static class DrainFields
{
    const double Week = 604_800;

    public static DrainWish Read(Fields fields, Caller caller)
    {
        var grace = fields.Seconds("graceSeconds", 0, Week);
        fields.RefuseOthers();
        return new(caller.Actor, grace);
    }

    /// <summary>As the audit tells it.</summary>
    public static string? Say(this DrainWish wish) =>
        wish.HandBackAfter is { } after ? string.Create(CultureInfo.InvariantCulture, $"handed back after {after.TotalSeconds} s") : null;
}
