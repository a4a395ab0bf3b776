using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Rein.Core.Runs.Lifecycle;
using Rein.Core.Stores;
using Rein.Protocol.Problems;
using Rein.Server.Commits;
using Rein.Server.Problems;

namespace Rein.Server.Api.Starts;

/// <summary>The header that makes a start safe to repeat, and the digest of the request it came with.</summary>
sealed record IdempotencyKey(string? Text, ImmutableArray<byte> Digest, Refusal? Refusal = null)
{
    const int Longest = 200;

    /// <summary>The address belongs to the request: the same body for another workflow is another request.</summary>
    public static IdempotencyKey Of(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        var header = request.Headers["Idempotency-Key"];
        if (header.Count == 0)
            return new(null, default);
        var text = header.ToString();
        if (header.Count > 1 || text.Length is 0 or > Longest || text.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return new(null, default, Refusal.Of(ProblemCodes.BadIdempotencyKey));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.Path));
        hash.AppendData([0]);
        hash.AppendData(body.Span);
        return new(text, [.. hash.GetHashAndReset()]);
    }

    public StartOrder Order(StartRun start) => Text is null ? new(start) : new(start, new StartKey(start.Organization, Text), Digest);

    /// <summary>One key for a batch stands for each of its starts at its place.</summary>
    public StartOrder Order(StartRun start, int place) =>
        Text is null ? new(start) : new(start, new StartKey(start.Organization, $"{Text} {place}"), Digest);
}
