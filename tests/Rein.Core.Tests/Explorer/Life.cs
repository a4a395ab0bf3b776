namespace Rein.Core.Tests.Explorer;

/// <summary>What really becomes of an attempt on its worker, whatever the server believes.</summary>
enum Life
{
    /// <summary>The assign has not arrived.</summary>
    Absent,

    /// <summary>A stop came first; it is kept.</summary>
    ToldBefore,

    /// <summary>The assign was answered `not_started`.</summary>
    Refused,
    Executing,
    Told,
    Succeeded,
    Failed,
    EndedByItself,
    Killed,

    /// <summary>Killed, but something of it still executes.</summary>
    LeftOver,
    LeftOverGone,
    HandedBack,
}

/// <summary>Frames on their way to the worker, and reports on their way back. Unordered: each may be late, lost or delivered twice.</summary>
[Flags]
enum InFlight
{
    None = 0,
    Assign = 1 << 4,
    Stop = 1 << 5,
    Ended = 1 << 6,
    Heard = 1 << 7,
    Returned = 1 << 8,
    ProofOfLeftOver = 1 << 9,
    Proof = 1 << 10,
    UsedOne = 1 << 12,
    UsedTwo = 1 << 13,
}

/// <summary>The truth about every attempt of one run: sixteen bits each.</summary>
readonly record struct Lives(UInt128 Bits)
{
    public const int Capacity = 8;
    const int StopArrived = 1 << 11;

    int this[int slot] => (int)(uint)(Bits >> (slot * 16)) & 0xFFFF;

    public Life At(int slot) => (Life)(this[slot] & 15);
    public InFlight InFlightAt(int slot) => (InFlight)(this[slot] & 0x37F0);
    public bool Has(int slot, InFlight what) => (this[slot] & (int)what) != 0;
    public bool WasTold(int slot) => (this[slot] & StopArrived) != 0;
    public bool Executes(int slot) => At(slot) is Life.Executing or Life.Told or Life.LeftOver;
    public bool Began(int slot) => At(slot) is not (Life.Absent or Life.ToldBefore or Life.Refused);

    public Lives Become(int slot, Life life) => Put(slot, (this[slot] & ~15) | (int)life);
    public Lives Send(int slot, InFlight what) => Put(slot, this[slot] | (int)what);
    public Lives Lose(int slot, InFlight what) => Put(slot, this[slot] & ~(int)what);
    public Lives MarkTold(int slot) => Put(slot, this[slot] | StopArrived);

    Lives Put(int slot, int value) => new((Bits & ~((UInt128)0xFFFF << (slot * 16))) | ((UInt128)(uint)value << (slot * 16)));
}
