using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Rein.Core.Definitions;

namespace Rein.Storage.Rows;

/// <summary>A definition's SHA-256, as a value: it is looked up for every run that is loaded.</summary>
readonly record struct DefinitionHash(UInt128 High, UInt128 Low)
{
    public const int Size = 32;

    // Definitions live as long as their cache holds them; their hash is taken apart once.
    static readonly ConditionalWeakTable<Definition, StrongBox<DefinitionHash>> Known = [];

    public static DefinitionHash Of(Definition definition) =>
        Known.GetValue(definition, static whole => new(Read(Convert.FromHexString(whole.Hash)))).Value;

    public static DefinitionHash Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt128BigEndian(bytes), BinaryPrimitives.ReadUInt128BigEndian(bytes[16..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt128BigEndian(bytes, High);
        BinaryPrimitives.WriteUInt128BigEndian(bytes[16..], Low);
    }

    public byte[] ToArray()
    {
        var bytes = new byte[Size];
        Write(bytes);
        return bytes;
    }

    public override string ToString() => Convert.ToHexStringLower(ToArray());
}
