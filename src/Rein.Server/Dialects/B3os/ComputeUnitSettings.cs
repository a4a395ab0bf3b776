using System.Globalization;
using Rein.Core.Runs;

namespace Rein.Server.Dialects.B3os;

/// <summary>What an operator may set of compute units, in micro-credits.</summary>
/// <param name="Allowance">Of each organization, in a month; null for as many as it likes.</param>
/// <param name="Threshold">Nothing starts with a balance that is not more than this.</param>
sealed record ComputeUnitSettings(long? Allowance, long Threshold)
{
    const string AllowanceName = "allowance-cu";
    const string ThresholdName = "threshold-cu";
    const string Takes = "a number of compute units from 0 to 1000000000 with at most six decimals";

    public static IReadOnlyList<DialectSetting> Settings { get; } =
    [
        new(AllowanceName, Takes, value => Read(value) is not null),
        new(ThresholdName, Takes, value => Read(value) is not null, "0"),
    ];

    public static ComputeUnitSettings Of(DialectOptions options) => new(
        Read(options.SettingOf(B3osDialect.Dialect, AllowanceName)),
        Read(options.SettingOf(B3osDialect.Dialect, ThresholdName)) ?? 0);

    static long? Read(string? value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var units) ? Credit.From(units) : null;
}
