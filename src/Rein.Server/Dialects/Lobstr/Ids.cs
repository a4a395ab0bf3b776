using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rein.Server.Dialects.Lobstr;

/// <summary>Ids: 32 hex digits, whatever it is the id of.</summary>
static class Ids
{
    public static string Of(Guid id) => id.ToString("N");

    /// <summary>Null for what is none.</summary>
    public static Guid? Read(string? text) => Guid.TryParseExact(text, "N", out var id) ? id : null;

    /// <summary>Of what has no id here: always the same for the same.</summary>
    public static string OfWords(params ReadOnlySpan<string> words) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', words!))).AsSpan(0, 16));

    public static string OfNumbers(Guid run, string step, long fence, long seq) => OfWords(Of(run), step, Number(fence), Number(seq));

    /// <summary>A new task's: the first half is that of its squid, so that it can be found by its id alone.</summary>
    public static string DrawTask(Guid squid) => Of(squid)[..16] + RandomNumberGenerator.GetHexString(16, lowercase: true);

    /// <summary>The first and the last id of a squid that this may be a task of.</summary>
    public static (Guid First, Guid Last) SquidsOf(Guid task)
    {
        Span<byte> id = stackalloc byte[16];
        task.TryWriteBytes(id, bigEndian: true, out _);
        id[8..].Clear();
        var first = new Guid(id, bigEndian: true);
        id[8..].Fill(0xFF);
        return (first, new Guid(id, bigEndian: true));
    }

    static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
