namespace Rein.Cli.Show;

/// <summary>Lines at a terminal that take the place of those before; as many as fit.</summary>
sealed class Redrawn(TextWriter output, int width, Func<int> height)
{
    const string ToTheEnd = "\u001b[J";

    int drawn;

    public void Draw(IReadOnlyList<string> lines)
    {
        var shown = lines.Take(Math.Max(1, height() - 1)).Select(line => line.Length < width ? line : line[..(width - 2)] + "…").ToList();
        output.Write(drawn > 0 ? $"\u001b[{drawn}F{ToTheEnd}" : "");
        foreach (var line in shown)
            output.WriteLine(line);
        output.Flush();
        drawn = shown.Count;
    }
}
