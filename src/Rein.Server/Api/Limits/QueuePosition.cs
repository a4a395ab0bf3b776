using System.Globalization;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.Requests;

namespace Rein.Server.Api.Limits;

/// <summary>How far a queue was read: the last run, by what orders it, and its place when it was read.</summary>
sealed record QueuePosition(int Place, LimitRun Last)
{
    public string ToCursor() => Cursor.Of(string.Create(
        CultureInfo.InvariantCulture, $"{Place}.{Last.Priority}.{Last.CreatedAt.UtcTicks}.{Last.Run:N}"));

    /// <summary>No cursor is the beginning.</summary>
    public static bool TryRead(string? cursor, out QueuePosition? position)
    {
        position = null;
        if (!Cursor.TryRead(cursor, out string? text))
            return false;
        if (text is null)
            return true;
        if (text.Split('.') is not [var place, var priority, var ticks, var run]
            || !int.TryParse(place, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !int.TryParse(priority, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var rank)
            || !long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var created) || created > DateTime.MaxValue.Ticks
            || !Guid.TryParseExact(run, "N", out var id))
            return false;
        position = new(number, new(id, null, RunState.Queued, false, rank, new(created, TimeSpan.Zero)));
        return true;
    }
}
