using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Rein.Protocol.Workers;

/// <summary>
/// What a worker holds, in sixteen bytes, whatever their order: the first half of the SHA-256 of <c>RUN/STEP/FENCE</c> for each attempt, all of them
/// joined by exclusive or. Both ends compute it; where it is equal, no list has to travel.
/// </summary>
public static class HeldDigest
{
    /// <summary>The part of one attempt.</summary>
    public static UInt128 Of(AttemptRef attempt)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{attempt.Run}/{attempt.Step}/{attempt.Fence}")), hash);
        return BinaryPrimitives.ReadUInt128BigEndian(hash);
    }

    /// <summary>As it travels: 32 hexadecimal digits in lower case; for no attempt at all, zeros.</summary>
    /// <param name="joined">The parts of all attempts, joined by exclusive or.</param>
    public static string ToText(UInt128 joined) => joined.ToString("x32", CultureInfo.InvariantCulture);
}
