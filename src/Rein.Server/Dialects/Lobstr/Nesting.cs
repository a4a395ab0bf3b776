using System.Text.Json;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>What is kept, run, and shown inside of other JSON must not be nested deeper than that leaves room for.</summary>
static class Nesting
{
    public const int Most = 40;

    public static bool IsTooDeep(JsonElement json, int left = Most) => json.ValueKind switch
    {
        JsonValueKind.Object => left == 0 || json.EnumerateObject().Any(member => IsTooDeep(member.Value, left - 1)),
        JsonValueKind.Array => left == 0 || json.EnumerateArray().Any(element => IsTooDeep(element, left - 1)),
        _ => false,
    };
}
