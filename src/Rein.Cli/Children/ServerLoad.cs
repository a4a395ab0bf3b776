using System.Globalization;

namespace Rein.Cli.Children;

/// <summary>What a server process weighs, as the kernel counts it.</summary>
static class ServerLoad
{
    public static double ResidentMegabytes(int pid)
    {
        var line = File.ReadLines($"/proc/{pid}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) / 1024;
    }

    /// <summary>What it has written to files so far, whether or not the disk has it yet. What goes to sockets is not counted.</summary>
    /// <returns>Not a number where only root may know.</returns>
    public static double WrittenKilobytes(int pid)
    {
        try
        {
            var line = File.ReadLines($"/proc/{pid}/io").First(line => line.StartsWith("wchar:", StringComparison.Ordinal));
            return double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture) / 1024;
        }
        catch (UnauthorizedAccessException)
        {
            return double.NaN;
        }
    }

    /// <summary>Processor time of all its threads so far, in user and kernel. The kernel counts in hundredths of a second.</summary>
    public static TimeSpan Processor(int pid)
    {
        const int ticksPerSecond = 100;
        var stat = File.ReadAllText($"/proc/{pid}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((double)(long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / ticksPerSecond);
    }
}
