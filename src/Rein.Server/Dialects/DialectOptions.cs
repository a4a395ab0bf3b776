using Rein.Core.Runs;

namespace Rein.Server.Dialects;

/// <summary>What an operator may say of the dialects. They are served by their paths in any case.</summary>
public sealed record DialectOptions
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    /// <summary>Host name (without a port) → dialect: whatever is sent there is taken as if it stood below the path of the dialect.</summary>
    public IReadOnlyDictionary<string, string> Hosts { get; init; } = new Dictionary<string, string>();

    /// <summary>Dialect → how long what executes may take to end after one of its stops, before it is killed. Default: 10 s.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Graces { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>DIALECT.NAME → value: what only that dialect can be told; its page says what there is.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The names there are.</summary>
    public static IReadOnlyList<string> Names => [.. DialectTable.All.Select(dialect => dialect.Name)];

    internal TimeSpan GraceOf(string dialect) => Graces.TryGetValue(dialect, out var grace) ? grace : Rules.DefaultGrace;

    /// <returns>What was said, else what is usual.</returns>
    internal string? SettingOf(Dialect dialect, string name) =>
        Settings.TryGetValue($"{dialect.Name}.{name}", out var said) ? said : dialect.Settings.First(setting => setting.Name == name).Usual;

    internal IEnumerable<string> Faults()
    {
        foreach (var fault in FaultsOfSettings())
            yield return fault;
        foreach (var name in Hosts.Values.Concat(Graces.Keys).Distinct().Where(name => !Names.Contains(name)))
            yield return $"there is no dialect '{name}'; known are {string.Join(", ", Names)}";
        foreach (var host in Hosts.Keys.Where(host => Uri.CheckHostName(host) is UriHostNameType.Unknown))
            yield return $"'{host}' is no host name";
        foreach (var (name, grace) in Graces.Where(grace => grace.Value < TimeSpan.Zero || grace.Value > Longest))
            yield return $"the grace of the dialect {name} ({grace.TotalSeconds} s) must be from 0 to an hour";
    }

    IEnumerable<string> FaultsOfSettings()
    {
        var known = DialectTable.All.SelectMany(dialect => dialect.Settings, (dialect, setting) => (Name: $"{dialect.Name}.{setting.Name}", setting))
            .ToDictionary(one => one.Name, one => one.setting);
        foreach (var (name, value) in Settings)
            if (!known.TryGetValue(name, out var setting))
                yield return $"there is no setting '{name}' of a dialect; known are {string.Join(", ", known.Keys)}";
            else if (!setting.Fits(value))
                yield return $"the setting {name} of a dialect cannot be '{value}'; it is {setting.Takes}";
    }
}
