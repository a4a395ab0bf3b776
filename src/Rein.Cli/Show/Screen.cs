namespace Rein.Cli.Show;

/// <summary>Where a command writes. At a terminal a status line moves below what was written; everybody else gets plain lines only.</summary>
sealed class Screen(TextWriter output, bool isLive)
{
    const string ClearLine = "\r\u001b[2K";

    readonly Lock gate = new();
    string status = "";

    public static Screen Standard { get; } = new(Console.Out, !Console.IsOutputRedirected && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb"));

    public bool IsLive => isLive;

    /// <summary>How many columns there are; 80 where nobody can say.</summary>
    public int Width
    {
        get
        {
            try
            {
                return isLive && Console.WindowWidth is > 20 and var width ? width : 80;
            }
            catch (IOException)
            {
                return 80;
            }
        }
    }

    /// <summary>How many lines there are; 24 where nobody can say.</summary>
    public int Height
    {
        get
        {
            try
            {
                return isLive && Console.WindowHeight is > 2 and var height ? height : 24;
            }
            catch (IOException)
            {
                return 24;
            }
        }
    }

    public void Line(string text = "")
    {
        lock (gate)
        {
            output.WriteLine(status.Length > 0 ? ClearLine + text : text);
            output.Write(status);
        }
    }

    /// <summary>Replaces the status line; empty takes it away.</summary>
    public void Status(string text)
    {
        if (!isLive)
            return;
        lock (gate)
        {
            if (text.Length >= Width)
                text = text[..(Width - 2)] + "…";
            if (text == status)
                return;
            output.Write(ClearLine + text);
            output.Flush();
            status = text;
        }
    }
}
