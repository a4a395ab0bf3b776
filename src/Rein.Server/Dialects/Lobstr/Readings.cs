namespace Rein.Server.Dialects.Lobstr;

/// <summary>Which of the readings holds where their documents contradict each other. The first of each is that of the document this was made from.</summary>
sealed class Readings(ReinServerOptions options)
{
    const string AbortEnded = "abort-ended";
    const string Errors = "errors";
    const string RunDuration = "run-duration";

    public static IReadOnlyList<DialectSetting> Settings { get; } =
    [
        DialectSetting.OfWords(AbortEnded, "404", "200"),
        DialectSetting.OfWords(Errors, "error", "errors"),
        DialectSetting.OfWords(RunDuration, "seconds", "timedelta"),
    ];

    /// <summary>An abort of a run that has ended is answered with the run as it is.</summary>
    public bool ShowsEnded { get; } = Of(options, AbortEnded) is "200";

    /// <summary>Refusals as their client libraries read them.</summary>
    public bool IsOfClients { get; } = Of(options, Errors) is "errors";

    /// <summary>A single run is read with its duration as a text.</summary>
    public bool SpellsDuration { get; } = Of(options, RunDuration) is "timedelta";

    static string? Of(ReinServerOptions options, string name) => options.Dialects.SettingOf(LobstrDialect.Dialect, name);
}
