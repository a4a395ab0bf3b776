using System.Globalization;

namespace Rein.Server.Dialects.Axiom;

/// <summary>What an operator may set of this dialect: where documents of theirs contradict each other, and what their plans say.</summary>
/// <param name="Slots">How many runs of an organization that were triggered here may be admitted at once; null leaves its limit `axiom` as it is.</param>
/// <param name="Allowance">What an organization may execute in a month; null for as much as it likes.</param>
/// <param name="TakesAnyPid">The password alone decides which run is stopped.</param>
/// <param name="ErrorsAreOk">A refusal has the status 200 and is told by its body alone.</param>
sealed record AxiomSettings(int? Slots, TimeSpan? Allowance, bool TakesAnyPid, bool ErrorsAreOk)
{
    public const int MostSlots = 1_000_000;
    const double MostMinutes = 1_000_000_000;

    public const string SlotsName = "slots";
    public const string AllowanceName = "allowance-minutes";
    public const string PidName = "pid";
    public const string ErrorsName = "errors";

    public const string AnyPid = "any";
    public const string OkErrors = "ok";

    public static AxiomSettings Of(DialectOptions options) => new(
        ReadSlots(options.SettingOf(AxiomDialect.Dialect, SlotsName)),
        ReadAllowance(options.SettingOf(AxiomDialect.Dialect, AllowanceName)),
        options.SettingOf(AxiomDialect.Dialect, PidName) == AnyPid,
        options.SettingOf(AxiomDialect.Dialect, ErrorsName) == OkErrors);

    public static int? ReadSlots(string? value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var slots) && slots <= MostSlots ? slots : null;

    public static TimeSpan? ReadAllowance(string? value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var minutes) && minutes is >= 0 and <= MostMinutes
            ? TimeSpan.FromMinutes(minutes)
            : null;
}
