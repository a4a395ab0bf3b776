using System.Globalization;
using System.Text.Json.Nodes;
using Rein.Cli.Show;

namespace Rein.Cli.Bench;

/// <summary>Prints what was measured: a line and a shape per stage, or JSON.</summary>
static class BenchReport
{
    public static void Print(Screen screen, Measured measured)
    {
        screen.Line();
        screen.Line($"{measured.Name}{(measured.Goal is { } goal ? $"   [{goal}: {(measured.IsMet is true ? "met" : "missed")}]" : "")}");
        foreach (var (name, value, unit) in measured.Figures)
            screen.Line(string.Create(CultureInfo.InvariantCulture, $"  {name,-28}{value,12:N0} {unit}"));
        if (measured.Stages.Count > 0)
            screen.Line($"  {"",-28}{"count",9}{"p50",12}{"p90",12}{"p99",12}{"max",12}");
        foreach (var stage in measured.Stages)
            screen.Line($"  {stage.Name,-28}{Figures.Count(stage.Count),9}{Ms(stage.Percentile(50))}{Ms(stage.Percentile(90))}{Ms(stage.Percentile(99))}{Ms(stage.Max)}  {Shape(stage)}");
    }

    public static JsonNode Json(Measured measured)
    {
        var figures = new JsonObject();
        foreach (var (name, value, unit) in measured.Figures)
            figures[$"{name} ({unit})"] = value;
        return new JsonObject
        {
            ["name"] = measured.Name,
            ["goal"] = measured.Goal,
            ["isMet"] = measured.IsMet,
            ["figures"] = figures,
            ["stages"] = new JsonArray([.. measured.Stages.Select(Json)]),
        };
    }

    static JsonNode Json(Histogram stage) => new JsonObject
    {
        ["name"] = stage.Name,
        ["count"] = stage.Count,
        ["p50Ms"] = stage.Percentile(50).TotalMilliseconds,
        ["p90Ms"] = stage.Percentile(90).TotalMilliseconds,
        ["p99Ms"] = stage.Percentile(99).TotalMilliseconds,
        ["maxMs"] = stage.Max.TotalMilliseconds,
    };

    static string Ms(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:N2} ms").PadLeft(12);

    static string Shape(Histogram stage)
    {
        var (bars, from, to) = stage.Shape();
        return bars.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{from.TotalMilliseconds:0.##} {bars} {to.TotalMilliseconds:0.##}");
    }
}
