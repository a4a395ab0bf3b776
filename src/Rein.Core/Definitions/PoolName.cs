using System.Text.RegularExpressions;

namespace Rein.Core.Definitions;

/// <summary>How pools are named. The default pool has no name of its own; where somebody must say it, it is <see cref="Default"/>.</summary>
public static partial class PoolName
{
    public const string Default = "default";

    public const string Rule = "must be a name of 1 to 64 letters, digits, '.', '_' or '-'";

    /// <summary>Null for the default pool, whether it was named or not.</summary>
    public static string? Of(string? named) => named is Default or "" ? null : named;

    /// <summary>As people read it.</summary>
    public static string Say(string? pool) => pool ?? Default;

    public static bool IsWellFormed(string name) => WellFormed().IsMatch(name);

    [GeneratedRegex(@"\A[A-Za-z0-9._-]{1,64}\z")]
    private static partial Regex WellFormed();
}
