namespace Rein.Steps.Web;

/// <summary>Reads the body of an answer, unpacked, up to a bound.</summary>
static class BoundedBody
{
    /// <exception cref="WebTrouble">It is larger.</exception>
    public static async Task<byte[]> Read(HttpContent content, int most, CancellationToken stop)
    {
        var body = await ReadUpTo(content, most + 1, stop);
        return body.Length <= most ? body : throw new WebTrouble($"the answer is larger than {most} bytes");
    }

    /// <summary>The beginning of it, where there is more.</summary>
    public static async Task<byte[]> ReadUpTo(HttpContent content, int most, CancellationToken stop)
    {
        using var body = new MemoryStream();
        var chunk = new byte[Math.Min(most, 16 * 1024)];
        await using var stream = await content.ReadAsStreamAsync(stop);
        while (body.Length < most)
        {
            var read = await stream.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, most - body.Length)), stop);
            if (read == 0)
                break;
            body.Write(chunk, 0, read);
        }
        return body.ToArray();
    }
}
