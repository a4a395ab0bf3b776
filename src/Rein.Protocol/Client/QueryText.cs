using System.Globalization;
using System.Text;

namespace Rein.Protocol;

/// <summary>Puts an address together from those parameters that were given.</summary>
sealed class QueryText(string path)
{
    readonly StringBuilder text = new(path);
    char mark = '?';

    public QueryText With(string name, string? value)
    {
        if (value is null)
            return this;
        text.Append(mark).Append(name).Append('=').Append(Uri.EscapeDataString(value));
        mark = '&';
        return this;
    }

    public QueryText With(string name, long? value) => With(name, value?.ToString(CultureInfo.InvariantCulture));

    public QueryText With(string name, bool? value) => With(name, value is { } known ? (known ? "true" : "false") : null);

    public QueryText Wait(TimeSpan? time) => With("wait", time?.TotalMilliseconds.ToString("0'ms'", CultureInfo.InvariantCulture));

    public override string ToString() => text.ToString();
}
