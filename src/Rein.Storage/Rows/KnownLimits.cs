using Rein.Core.Stores;

namespace Rein.Storage.Rows;

/// <summary>Which keys of one organization have room, and which are full, whatever is stored of them.</summary>
readonly record struct KnownLimits(IReadOnlyList<string> Free, IReadOnlyList<string> Full)
{
    public static KnownLimits Of(Guid organization, IEnumerable<Limit> known)
    {
        var own = known.Where(limit => limit.Key.Organization == organization).ToLookup(limit => limit.Room > 0, limit => limit.Key.Key);
        return new([.. own[true]], [.. own[false]]);
    }
}
