using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Rein.Core.Definitions.Expressions;
using Rein.Core.Faults;

namespace Rein.Core.Definitions;

/// <summary>
/// One vertex that can be reached. A node with several parents is enabled when all of them have ended and at least one
/// enabled it; when all have ended and none did, it is skipped, and its skip passes on.
/// </summary>
public sealed class Node
{
    readonly Policy policy;
    readonly PayloadTemplate template;

    internal Node(NodeDraft draft, Graph graph, PayloadTemplate template)
    {
        policy = draft.Policy;
        this.template = template;
        Id = draft.Id;
        Kind = draft.Kind;
        Payload = draft.Payload;
        Children = draft.Children;
        Parents = graph.ParentsOf(draft.Id);
        Branch = draft.Branch;
        IsFinally = graph.IsFinally(draft.Id);
        Condition = draft.Kind switch
        {
            KindCatalog.If => Condition.Compile(draft, "condition"),
            KindCatalog.Filter => Condition.Compile(draft, LoopRules.Where),
            _ => null,
        };
        Items = draft.Kind is KindCatalog.ForEach or KindCatalog.Filter ? LoopRules.CompileItems(draft) : null;
        Width = draft.Kind is KindCatalog.ForEach ? LoopRules.ReadWidth(draft) : 1;
        Loop = graph.LoopsOf(draft.Id).FirstOrDefault();
        Body = draft.Body;
        Approvers = draft.Kind is KindCatalog.Approval ? ApprovalRules.Read(draft) : [];
        var paths = Paths(template).ToList();
        References = paths.Where(p => p.Source is Source.Result).Select(p => p.Name).ToFrozenSet(StringComparer.Ordinal);
        Secrets = paths.Where(p => p.Source is Source.Secret).Select(p => p.Name).ToFrozenSet(StringComparer.Ordinal);
        NeedsInput = paths.Any(p => p.Source is Source.Input);
        NeedsItem = Loop is not null && paths.Any(p => p.Source is Source.Item);
    }

    public string Id { get; }

    public string Kind { get; }

    /// <summary>As written, expressions unresolved, members sorted by name.</summary>
    public JsonElement Payload { get; }

    public ImmutableArray<string> Children { get; }

    /// <summary>Only parents that can be reached: each will end, so the join's counter starts at their number.</summary>
    public ImmutableArray<string> Parents { get; }

    /// <summary>Concerns the parents whose kind has this branch; any other parent enables the node whatever stands here.</summary>
    public Branch Branch { get; }

    /// <summary>Runs at clean-up only: marked with <c>finally: true</c>, or below a node that is.</summary>
    public bool IsFinally { get; }

    /// <summary>Decided in Core, never handed to a worker.</summary>
    public bool IsControl => KindCatalog.IsControl(Kind);

    /// <summary>The <c>for-each</c> in whose body it is; null outside of any.</summary>
    public string? Loop { get; }

    /// <summary>Of a <c>for-each</c>: the nodes with which an iteration begins.</summary>
    public ImmutableArray<string> Body { get; }

    /// <summary>Of a <c>for-each</c>: how many iterations may be under way at once.</summary>
    public int Width { get; }

    /// <summary>It has a body.</summary>
    public bool IsLoop => Kind is KindCatalog.ForEach;

    /// <summary>Of a <c>for-each</c> and a <c>filter</c>: what they go through.</summary>
    internal PayloadTemplate? Items { get; }

    /// <summary>Present for the kinds <c>if</c> and <c>filter</c> only.</summary>
    public Condition? Condition { get; }

    /// <summary>Names of the keys that may answer an <c>approval</c>; empty where everybody may who may start runs.</summary>
    public ImmutableArray<string> Approvers { get; }

    /// <summary>It waits for an answer from outside, which its step keeps as its result until the step ends.</summary>
    public bool AwaitsAnswer => Kind is KindCatalog.Wait or KindCatalog.Approval;

    /// <summary>Its result names the branch it took.</summary>
    public bool HasBranches => Kind is KindCatalog.If || AwaitsAnswer;

    /// <summary>It starts a run of its own.</summary>
    public bool IsCall => Kind is KindCatalog.Workflow;

    public int MaxAttempts => policy.MaxAttempts;

    public Backoff Backoff => policy.Backoff;

    /// <summary>Of each attempt; null for none.</summary>
    public TimeSpan? Timeout => policy.Timeout;

    /// <summary>As it is named, <see cref="PoolName.Default"/> included; null where the run says, see <see cref="Runs.Run.PoolOf(Node)"/>.</summary>
    public string? Pool => policy.Pool;

    public TimeSpan? StopGrace => policy.StopGrace;

    public OnFailure OnFailure => policy.OnFailure;

    /// <summary>The nodes whose results the payload needs; <c>root</c> is not among them, see <see cref="NeedsInput"/>.</summary>
    public IReadOnlySet<string> References { get; }

    /// <summary>Stands before the node in the name of the secret that its signals may carry; no other secret's name has such a sign in it.</summary>
    public const string SignalPrefix = "$signals.";

    /// <summary>The node whose signals carry the secret of this name; null for any other secret.</summary>
    public static string? SignalOf(string secret) => secret.StartsWith(SignalPrefix, StringComparison.Ordinal) ? secret[SignalPrefix.Length..] : null;

    /// <summary>The names of the secrets the payload needs, those of signals among them.</summary>
    public IReadOnlySet<string> Secrets { get; }

    /// <summary>The payload looks at the run's input, as <c>$inputs</c> or as <c>root.result</c>.</summary>
    public bool NeedsInput { get; }

    /// <summary>The payload may look at the item of its iteration.</summary>
    public bool NeedsItem { get; }

    /// <summary>The payload as JSON, every expression replaced. Without expressions these are the stored bytes.</summary>
    public Resolved<ReadOnlyMemory<byte>> ResolvePayload(IScope scope) => template.Resolve(scope);

    internal static IEnumerable<PathTerm> Paths(PayloadTemplate template) => template.Slots.SelectMany(s => s.Template.Paths);
}
