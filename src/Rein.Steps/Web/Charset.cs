using System.Net.Http.Headers;
using System.Text;

namespace Rein.Steps.Web;

/// <summary>Bytes to text, as the answer says that they are to be read.</summary>
static class Charset
{
    static Charset() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>What the content type names; null where it names none, or one that nobody knows.</summary>
    public static Encoding? Of(MediaTypeHeaderValue? type)
    {
        if (type?.CharSet?.Trim('"', '\'') is not { Length: > 0 } name)
            return null;
        try
        {
            return Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A mark at its beginning outweighs everything; without any word it is UTF-8.</summary>
    public static string Decode(byte[] body, Encoding? encoding)
    {
        using var reader = new StreamReader(new MemoryStream(body), encoding ?? Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }
}
