using Rein.Protocol;

namespace Rein.Cli.Show;

/// <summary>One stop as a picture: when it was asked, heard, killed and proved, from left to right.</summary>
static class Waterfall
{
    const int Label = 11;
    const int Columns = 40;
    const int NoteEnds = 65;
    const int Total = 79;

    /// <param name="sent">When the wish left the client; on another machine, when it was committed.</param>
    public static IReadOnlyList<string> Of(ReceiptDocument receipt, DateTimeOffset sent)
    {
        var marks = Marks(receipt).ToList();
        var length = marks.Count == 0 ? TimeSpan.FromMilliseconds(1) : marks.Max(mark => mark.At) - sent;
        var lines = new List<string> { Head(receipt) };
        foreach (var mark in marks)
        {
            if (mark.Name is "killed" && receipt.HeardAt is { } heard)
                lines.Add(Grace(Column(heard - sent, length), Column(mark.At - sent, length)));
            lines.Add(Row(mark, mark.At - sent, length));
        }
        lines.Add(Summary.Of(receipt));
        return lines;
    }

    static IEnumerable<Mark> Marks(ReceiptDocument receipt)
    {
        var isProcess = receipt.Attempts.Any(attempt => attempt.Containment is "cgroup" or "tree");
        yield return new("asked", receipt.RequestedAt, "durable");
        if (receipt.HeardAt is { } heard)
            yield return new("heard", heard, isProcess ? "SIGTERM to the group" : "the token fired");
        if (KilledAt(receipt) is { } killed)
            yield return new("killed", killed, isProcess ? "SIGKILL" : "given up");
        if (receipt.ProvedAt is { } proved)
            yield return new("proved", proved, isProcess ? "looked twice" : receipt.Attempts.Count == 0 ? "nothing was handed out" : "it has returned");
    }

    /// <summary>The receipt keeps the rung; the ladder reaches it when the grace ends, or at once when a later request was forced.</summary>
    static DateTimeOffset? KilledAt(ReceiptDocument receipt)
    {
        if (receipt.Rung is not "killed")
            return null;
        var forced = receipt.Requests.FirstOrDefault(request => request.Force)?.At;
        var killed = forced < receipt.GraceEndsAt ? forced.Value : receipt.GraceEndsAt;
        return receipt.ProvedAt < killed ? receipt.ProvedAt : killed;
    }

    static string Head(ReceiptDocument receipt)
    {
        var grace = receipt.Force ? "forced" : $"grace {Figures.Seconds(receipt.GraceSeconds)}";
        var start = $"{receipt.RunId}  {receipt.State}";
        var room = Total - start.Length - grace.Length - 6;
        var reason = receipt.Reason.Length > room ? receipt.Reason[..(room - 1)] + "…" : receipt.Reason;
        return (reason.Length == 0 ? start : $"{start}: \"{reason}\"").PadRight(Total - grace.Length) + grace;
    }

    static string Row(Mark mark, TimeSpan after, TimeSpan length)
    {
        var column = Column(after, length);
        var picture = Label + column + 3 + mark.Note.Length > NoteEnds
            ? $"{mark.Note} ▏".PadLeft(column + 1)
            : new string(' ', column) + "▏ " + mark.Note;
        return mark.Name.PadRight(Label) + picture.PadRight(NoteEnds - Label) + Figures.Ms(after).PadLeft(Total - NoteEnds);
    }

    static string Grace(int from, int to) => new string(' ', Label + from) + new string('█', Math.Max(1, to - from)) + " grace";

    static int Column(TimeSpan after, TimeSpan length) =>
        length <= TimeSpan.Zero ? 0 : (int)Math.Clamp(after / length * Columns, 0, Columns);

    sealed record Mark(string Name, DateTimeOffset At, string Note);
}
