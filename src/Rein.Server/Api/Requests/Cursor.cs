using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Problems;

namespace Rein.Server.Api.Requests;

/// <summary>Where a page begins, as lists hand it out: opaque to clients.</summary>
static class Cursor
{
    /// <summary>What decodes to something is not yet one of ours.</summary>
    const string Mark = "at:";

    public static Refusal Bad { get; } = Refusal.Of(ProblemCodes.BadCursor);

    public static string Of(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Mark + text));

    public static string Of(long number) => Of(number.ToString(CultureInfo.InvariantCulture));

    public static string Of(Guid id) => Of(id.ToString("N"));

    public static string Of(ItemPosition at) => Of(string.Create(CultureInfo.InvariantCulture, $"{at.Fence}.{at.Seq}.{at.Step}"));

    /// <summary>No cursor is the beginning.</summary>
    public static bool TryRead(string? cursor, out string? text)
    {
        text = null;
        if (cursor is null)
            return true;
        if (cursor.Length > 1000 || !Base64Url.IsValid(cursor))
            return false;
        var marked = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        text = marked.StartsWith(Mark, StringComparison.Ordinal) ? marked[Mark.Length..] : null;
        return text is not null;
    }

    public static bool TryRead(string? cursor, out long? number)
    {
        number = null;
        if (!TryRead(cursor, out string? text))
            return false;
        number = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : null;
        return cursor is null || number is not null;
    }

    public static bool TryRead(string? cursor, out Guid? id)
    {
        id = null;
        if (!TryRead(cursor, out string? text))
            return false;
        id = Guid.TryParseExact(text, "N", out var value) ? value : null;
        return cursor is null || id is not null;
    }

    public static bool TryRead(string? cursor, out ItemPosition at)
    {
        at = ItemPosition.Start;
        if (!TryRead(cursor, out string? text))
            return false;
        if (text is null)
            return true;
        if (text.Split('.', 3) is not [var fence, var seq, var step]
            || !long.TryParse(fence, NumberStyles.None, CultureInfo.InvariantCulture, out var f)
            || !long.TryParse(seq, NumberStyles.None, CultureInfo.InvariantCulture, out var s))
            return false;
        at = new(f, step, s);
        return true;
    }
}
