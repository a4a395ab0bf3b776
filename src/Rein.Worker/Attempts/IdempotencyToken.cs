using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>Of a run and a step, and nothing else: the beginning of the SHA-256 of <c>RUN/STEP</c>, so that a worker in any language can make the same.</summary>
static class IdempotencyToken
{
    const int Bytes = 16;

    public static string Of(AttemptRef attempt) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{attempt.Run:D}/{attempt.Step}"))).AsSpan(0, Bytes));
}
