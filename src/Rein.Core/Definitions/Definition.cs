using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>
/// A workflow's graph, read and checked, its expressions compiled. Immutable; read once per version and kept by
/// <see cref="Hash"/>. Fields of the document or of a node that mean nothing here are kept in the JSON and told as warnings; in a
/// payload of a kind known to Core they are refused.
/// </summary>
public sealed class Definition
{
    public const string RootId = "root";
    public const int MaxBytes = 1 << 20;
    public const int MaxNodes = 1000;

    /// <summary>
    /// Stands in for a definition that cannot be read any more: a run of it can be stopped, in every state, and nothing else. It knows no node but the
    /// root, so whatever would go on with the run breaks.
    /// </summary>
    public static Definition Lost { get; } = Parse("""{"nodes":{"root":{"type":"manual"}}}"""u8, KindCatalog.Any).Value!;

    readonly ReadOnlyMemory<byte> canonical;
    readonly FrozenDictionary<string, LoopBody> bodies;

    internal Definition(JsonElement document, IReadOnlyDictionary<string, Node> nodes, InputSchema inputs)
    {
        canonical = JsonMarshal.GetRawUtf8Value(document).ToArray();
        Hash = Convert.ToHexStringLower(SHA256.HashData(canonical.Span));
        Nodes = nodes;
        Root = nodes[RootId];
        CleanUp = [.. nodes.Values.Where(n => n.IsFinally && n.Parents.IsEmpty)];
        Inputs = inputs;
        var secrets = nodes.Values.SelectMany(n => n.Secrets).Distinct(StringComparer.Ordinal).ToLookup(name => Node.SignalOf(name) is null);
        Secrets = secrets[true].ToFrozenSet(StringComparer.Ordinal);
        Signals = secrets[false].ToFrozenSet(StringComparer.Ordinal);
        StopGrace = Root.StopGrace ?? nodes.Values.Max(n => n.StopGrace);
        bodies = nodes.Values.Where(n => n.IsLoop).ToFrozenDictionary(n => n.Id, n => new LoopBody(n, nodes), StringComparer.Ordinal);
    }

    /// <summary>SHA-256 over <see cref="ToJson"/>, in hex: equal for equal documents, however they were spelt.</summary>
    public string Hash { get; }

    /// <summary>The nodes that can be reached, by id. One that cannot never becomes a step and blocks no join.</summary>
    public IReadOnlyDictionary<string, Node> Nodes { get; }

    public Node Root { get; }

    /// <summary>Where clean-up begins: the <c>finally</c> nodes without parents. Empty when there is none.</summary>
    public ImmutableArray<Node> CleanUp { get; }

    public InputSchema Inputs { get; }

    /// <summary>The names of the secrets that its payloads read; mostly none.</summary>
    public FrozenSet<string> Secrets { get; }

    /// <summary>The names of the secrets of signals that its payloads read; mostly none. They are made of the run, and kept nowhere.</summary>
    public FrozenSet<string> Signals { get; }

    /// <summary>The grace of a stop that names none: what <c>root</c> says, else the longest that any node asks for, else null.</summary>
    public TimeSpan? StopGrace { get; }

    /// <summary>Mostly none.</summary>
    internal IEnumerable<LoopBody> Bodies => bodies.Values;

    public bool HasLoops => bodies.Count > 0;

    /// <summary>Of a <c>for-each</c>.</summary>
    internal LoopBody BodyOf(string loop) => bodies[loop];

    /// <summary>The node of a step: of one in the body of a loop, and of the iteration itself, too (<see cref="StepId"/>).</summary>
    public bool TryGet(string step, [NotNullWhen(true)] out Node? node) =>
        Nodes.TryGetValue(step, out node)
        || (StepId.IsIndexed(step) && Nodes.TryGetValue(StepId.Parse(step).Node, out node) && (node.IsLoop || node.Loop is not null));

    /// <summary>The node of a step that the run has.</summary>
    public Node NodeOf(string step) => TryGet(step, out var node) ? node : throw new KeyNotFoundException($"There is no node of the step '{step}'.");

    /// <summary>A failure of this step for good fails the run. In the body of a loop that goes on nevertheless, none does.</summary>
    public bool FailsRun(string step)
    {
        var node = NodeOf(step);
        return node.OnFailure is OnFailure.Fail && (node.Loop is not { } loop || Nodes[loop].OnFailure is OnFailure.Fail);
    }

    /// <summary>The canonical form; parsed again it is the same definition.</summary>
    public ReadOnlyMemory<byte> ToJson() => canonical;

    public static Parsed<Definition> Parse(JsonElement document, KindCatalog kinds) =>
        Parse(document.ValueKind is JsonValueKind.Undefined ? "null"u8 : JsonMarshal.GetRawUtf8Value(document), kinds);

    public static Parsed<Definition> Parse(ReadOnlySpan<byte> utf8, KindCatalog kinds)
    {
        var said = new FaultList();
        if (utf8.Length > MaxBytes) return TooLarge(said);
        var read = CanonicalJson.Read(utf8);
        if (read.Fault is { } fault)
        {
            said.Add(fault);
            return Parsed<Definition>.Refused(said);
        }

        return JsonMarshal.GetRawUtf8Value(read.Value).Length > MaxBytes
            ? TooLarge(said)
            : new DefinitionReader(read.Value, kinds, said).Read();
    }

    static Parsed<Definition> TooLarge(FaultList said)
    {
        said.Add(FaultCodes.DefinitionTooLarge, $"The definition is larger than {MaxBytes} bytes.", "");
        return Parsed<Definition>.Refused(said);
    }
}
