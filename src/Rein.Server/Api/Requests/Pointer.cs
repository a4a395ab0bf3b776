namespace Rein.Server.Api.Requests;

/// <summary>JSON pointers (RFC 6901): where in a body something is wrong.</summary>
static class Pointer
{
    public static string Under(string path, string segment) =>
        $"{path}/{segment.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";
}
