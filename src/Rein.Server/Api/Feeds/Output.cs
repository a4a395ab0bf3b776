using System.Buffers;

namespace Rein.Server.Api.Feeds;

static class Output
{
    public static void Add(this IBufferWriter<byte> output, ReadOnlySpan<byte> bytes) => output.Write(bytes);
}
