using System.Diagnostics;

namespace Rein.Cli.Children;

/// <summary>This program once more, as another process.</summary>
static class Itself
{
    /// <param name="data">What the child takes for its data folder.</param>
    /// <param name="key">What it takes for its key; null for what is in the folder.</param>
    public static Process Start(IEnumerable<string> arguments, string data, string? key = null)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
            start.ArgumentList.Add(typeof(Itself).Assembly.Location);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["REIN_DATA"] = data;
        start.Environment.Remove("REIN_URL");
        start.Environment["REIN_KEY"] = key;
        return Process.Start(start)!;
    }
}
