using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Rein.Worker.Processes;

/// <summary>
/// What a process of an attempt carries, twice. In the environment, readable for people, but gone after <c>env -i</c>. And as the soft
/// limit of a resource that nobody sets (<c>RLIMIT_RTTIME</c>, at a height that no process ever reaches): the kernel hands it down
/// through every fork and exec, so a daemon that left its session, its parents and its environment behind still carries it.
/// </summary>
sealed record Marker(WorkerName Worker, string Attempt, uint Number)
{
    public const string Variable = "REIN_ATTEMPT";

    public string Text => $"{Worker.Prefix}{Attempt}/{Number}";

    public ulong Limit => Worker.LimitPrefix | Number;
}

/// <summary>Which worker of which installation; the part of a marker that a later life of the same worker recognizes.</summary>
sealed record WorkerName
{
    /// <summary>An attempt's name holds a run, a step of at most 64 letters and a fence: 117 at most. A folder may have 255.</summary>
    public const int LongestName = 120;

    const ulong OurRange = 1UL << 62;
    const int NumberBits = 31;
    public const uint LargestNumber = (1u << NumberBits) - 1;

    public WorkerName(string installation, string worker)
    {
        Demand(installation);
        Demand(worker);
        Prefix = $"{installation}/{worker}/";
        Folder = $"rein-{installation}-{worker}";
        var hash = BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(Prefix))) >> 1;
        LimitPrefix = OurRange | ((ulong)hash << NumberBits);
    }

    public string Prefix { get; }

    public string Folder { get; }

    public ulong LimitPrefix { get; }

    /// <summary>The number of ours that a limit carries, if it is one of this worker's.</summary>
    public uint? NumberIn(ulong limit) => (limit & ~(ulong)LargestNumber) == LimitPrefix ? (uint)(limit & LargestNumber) : null;

    /// <summary>Names become folders and parts of markers: what could be taken apart wrongly is refused.</summary>
    public static void Demand(string name)
    {
        if (name.Length is 0 or > LongestName || name[0] == '.' || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.'))
            throw new ArgumentException(
                $"'{name}' cannot name an installation, a worker or an attempt: 1 to {LongestName} letters, digits, '-', '_' and '.'.");
    }
}
