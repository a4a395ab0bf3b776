using System.Globalization;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Metrics;

/// <summary>One scrape of `/metrics`, read as a collector reads it.</summary>
sealed class Page(string text)
{
    readonly Dictionary<string, double> values = text.Split('\n')
        .Where(line => line is not "" && line[0] != '#')
        .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    public string Text => text;

    /// <summary>0 for what was not measured yet.</summary>
    public double this[string series] => values.GetValueOrDefault(series);

    public IReadOnlyList<double> Buckets(string series) => [.. values.Where(line => line.Key.StartsWith(series, StringComparison.Ordinal)).Select(line => line.Value)];

    public static async Task<Page> Of(TestServer server) =>
        new(await server.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestServer.Cancel));
}
