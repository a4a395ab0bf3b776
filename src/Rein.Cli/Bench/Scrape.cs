using System.Globalization;

namespace Rein.Cli.Bench;

/// <summary>A look at what the server counts.</summary>
static class Scrape
{
    /// <returns>0 for what was not counted yet.</returns>
    public static async Task<double> Of(Target target, string series)
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri(target.Url, "/metrics"));
        var line = page.Split('\n').FirstOrDefault(line => line.StartsWith(series + " ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(series.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
