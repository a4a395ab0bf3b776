using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Rein.Server.Metrics;

/// <summary>The text format of Prometheus, version 0.0.4.</summary>
static class PrometheusPage
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<Measured> all)
    {
        var page = new StringBuilder();
        foreach (var measured in all)
        {
            var name = NameOf(measured.Instrument);
            page.Append("# HELP ").Append(name).Append(' ').Append(measured.Instrument.Description).Append('\n');
            page.Append("# TYPE ").Append(name).Append(' ').Append(TypeOf(measured.Instrument)).Append('\n');
            foreach (var series in measured.Series)
                Write(page, name, measured, series);
        }
        return page.ToString();
    }

    /// <summary>`rein.stop.latency` in seconds is <c>rein_stop_latency_seconds</c>; what only grows ends in <c>_total</c>.</summary>
    public static string NameOf(Instrument instrument) =>
        instrument.Name.Replace('.', '_') + (instrument.Unit is "s" ? "_seconds" : "") + (instrument is Counter<long> or Counter<double> ? "_total" : "");

    public static string TypeOf(Instrument instrument) => instrument switch
    {
        Counter<long> or Counter<double> => "counter",
        Histogram<double> => "histogram",
        _ => "gauge",
    };

    static void Write(StringBuilder page, string name, Measured measured, Series series)
    {
        var figures = series.Read();
        switch (measured.Instrument)
        {
            case Histogram<double>: Histogram(page, name, measured.Bounds, series, figures); break;
            case Counter<long> or Counter<double>: Line(page, name, series, figures.Sum); break;
            default: Line(page, name, series, figures.Last); break;
        }
    }

    static void Histogram(StringBuilder page, string name, IReadOnlyList<double> bounds, Series series, Figures figures)
    {
        var below = 0L;
        for (var i = 0; i < figures.Counts.Count; i++)
        {
            below += figures.Counts[i];
            Line(page, name + "_bucket", series, below, i < bounds.Count ? Number(bounds[i]) : "+Inf");
        }
        Line(page, name + "_sum", series, figures.Sum);
        Line(page, name + "_count", series, below);
    }

    static void Line(StringBuilder page, string name, Series series, double value, string? atMost = null)
    {
        var labels = series.Labels.Select(label => (label.Key, Value: label.Value as string ?? ""));
        if (atMost is not null)
            labels = labels.Append(("le", atMost));
        page.Append(name);
        var separator = '{';
        foreach (var (key, text) in labels)
        {
            page.Append(separator).Append(key).Append("=\"").Append(Escape(text)).Append('"');
            separator = ',';
        }
        page.Append(separator is ',' ? "} " : " ").Append(Number(value)).Append('\n');
    }

    static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
