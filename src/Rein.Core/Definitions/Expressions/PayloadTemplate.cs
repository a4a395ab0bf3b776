using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions.Expressions;

/// <summary>A JSON value with expressions in its strings, compiled to stretches of finished bytes with slots between them.
/// Names of members are taken as they are written.</summary>
sealed class PayloadTemplate
{
    public const int MaxResolvedBytes = 4 << 20;

    /// <summary>As deep as any result may be: frames, documents and results that hold a payload nest a little themselves, and readers end at 64.</summary>
    public const int MaxDepth = 60;

    // Finished bytes, then a slot; the last stretch has none.
    readonly ImmutableArray<(ReadOnlyMemory<byte> Before, Slot? Slot)> stretches;
    readonly JsonElement source;

    PayloadTemplate(JsonElement source, ImmutableArray<(ReadOnlyMemory<byte>, Slot?)> stretches)
    {
        this.source = source;
        this.stretches = stretches;
    }

    public IEnumerable<Slot> Slots => stretches.Where(s => s.Slot is not null).Select(s => s.Slot!);

    /// <param name="source">Compact JSON, which <see cref="CanonicalJson"/> made.</param>
    /// <param name="path">Where it stands in the definition.</param>
    /// <param name="useOf">What a slot at a path is for.</param>
    /// <param name="refuse">Told of each text that cannot be read, with its path.</param>
    public static PayloadTemplate Compile(JsonElement source, string path, Func<string, SlotUse> useOf, Action<Fault> refuse)
    {
        var compiler = new Compiler(useOf, refuse);
        compiler.Take(source, path);
        return new PayloadTemplate(source, compiler.Finish());
    }

    public Resolved<ReadOnlyMemory<byte>> Resolve(IScope scope)
    {
        if (stretches is [{ Slot: null } all]) return all.Before;
        var written = new ArrayBufferWriter<byte>();
        Slot? nesting = null;
        foreach (var (before, slot) in stretches)
        {
            written.Write(before.Span);
            if (slot is null) break;
            var value = slot.Resolve(scope);
            if (value.Fault is { } fault) return fault;
            written.Write(JsonMarshal.GetRawUtf8Value(value.Value));
            if (value.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array) nesting = slot;
            if (written.WrittenCount > MaxResolvedBytes)
                return new Fault(FaultCodes.PayloadTooLarge, $"The resolved payload is larger than {MaxResolvedBytes} bytes.", slot.Path);
        }

        return nesting is not null && JsonDepth.Of(written.WrittenSpan) > MaxDepth
            ? new Fault(FaultCodes.PayloadTooLarge, $"The resolved payload is nested more than {MaxDepth} deep.", nesting.Path)
            : written.WrittenMemory;
    }

    /// <summary>The same as a value; a lone expression is not copied.</summary>
    public Resolved<JsonElement> ResolveValue(IScope scope)
    {
        if (stretches is [{ Slot: null }]) return source;
        if (stretches is [{ Before.IsEmpty: true, Slot: { } lone }, { Before.IsEmpty: true, Slot: null }]) return lone.Resolve(scope);
        var resolved = Resolve(scope);
        return resolved.Fault is { } fault ? fault : JsonElement.Parse(resolved.Value.Span);
    }

    sealed class Compiler(Func<string, SlotUse> useOf, Action<Fault> refuse)
    {
        readonly ImmutableArray<(ReadOnlyMemory<byte>, Slot?)>.Builder stretches =
            ImmutableArray.CreateBuilder<(ReadOnlyMemory<byte>, Slot?)>();

        ArrayBufferWriter<byte> pending = new();

        public void Take(JsonElement element, string path)
        {
            switch (element.ValueKind)
            {
                case JsonValueKind.Object:
                    TakeMembers(element, path);
                    break;
                case JsonValueKind.Array:
                    TakeItems(element, path);
                    break;
                case JsonValueKind.String when element.GetString() is { } text && Template.HasExpression(text) && useOf(path) is not SlotUse.Verbatim:
                    TakeSlot(text, path);
                    break;
                default:
                    pending.Write(JsonMarshal.GetRawUtf8Value(element));
                    break;
            }
        }

        void TakeMembers(JsonElement element, string path)
        {
            var opening = "{"u8;
            foreach (var member in element.EnumerateObject())
            {
                pending.Write(opening);
                pending.Write("\""u8);
                pending.Write(JsonMarshal.GetRawUtf8PropertyName(member));
                pending.Write("\":"u8);
                Take(member.Value, Said.Under(path, member.Name));
                opening = ","u8;
            }

            pending.Write(opening is [(byte)'{'] ? "{}"u8 : "}"u8);
        }

        void TakeItems(JsonElement element, string path)
        {
            var index = 0;
            foreach (var item in element.EnumerateArray())
            {
                pending.Write(index == 0 ? "["u8 : ","u8);
                Take(item, Said.Under(path, index++));
            }

            pending.Write(index == 0 ? "[]"u8 : "]"u8);
        }

        void TakeSlot(string text, string path)
        {
            var template = Template.Parse(text);
            if (template.Fault is { } fault)
            {
                refuse(fault with { Path = path });
                return;
            }

            stretches.Add((pending.WrittenMemory, new Slot(path, template.Value!, useOf(path))));
            pending = new ArrayBufferWriter<byte>();
        }

        public ImmutableArray<(ReadOnlyMemory<byte>, Slot?)> Finish()
        {
            stretches.Add((pending.WrittenMemory, null));
            return stretches.DrainToImmutable();
        }
    }
}
