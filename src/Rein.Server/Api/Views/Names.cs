using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Runs;
using Rein.Core.Stores;

namespace Rein.Server.Api.Views;

/// <summary>How closed sets are spelt on the wire: lower snake case.</summary>
static class Names
{
    public static FrozenDictionary<string, FenceAt> FenceWords { get; } =
        new Dictionary<string, FenceAt> { ["at_end"] = FenceAt.End, ["now"] = FenceAt.Now }.ToFrozenDictionary();

    public static FrozenDictionary<string, Scopes> ScopeWords { get; } =
        All<Scopes>().Where(word => word.Value is not (Scopes.None or Scopes.All)).ToFrozenDictionary();

    public static string Of<T>(T value) where T : struct, Enum => Words<T>.ByValue[value];

    public static string? Of<T>(T? value) where T : struct, Enum => value is { } known ? Of(known) : null;

    public static string Of(FenceAt fence) => fence is FenceAt.Now ? "now" : "at_end";

    public static ImmutableArray<string> Of(Scopes scopes) =>
        [.. ScopeWords.Where(word => scopes.HasFlag(word.Value)).OrderBy(word => word.Value).Select(word => word.Key)];

    public static FrozenDictionary<string, T> All<T>() where T : struct, Enum => Words<T>.ByName;

    static class Words<T> where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> ByValue =
            Enum.GetValues<T>().ToFrozenDictionary(value => value, value => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()));

        public static readonly FrozenDictionary<string, T> ByName = ByValue.ToFrozenDictionary(word => word.Value, word => word.Key, StringComparer.Ordinal);
    }
}
