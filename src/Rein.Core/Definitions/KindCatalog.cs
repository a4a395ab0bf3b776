using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Rein.Core.Definitions;

/// <summary>Which kinds a node may have: those that Core decides, those that ship, and whatever a worker registers.</summary>
public sealed partial class KindCatalog
{
    public const string Manual = "manual";
    public const string Log = "log";
    public const string Delay = "delay";
    public const string If = "if";
    public const string Wait = "wait";
    public const string Approval = "approval";
    public const string Workflow = "workflow";
    public const string ForEach = "for-each";
    public const string Filter = "filter";
    public const string Process = "process";
    public const string Http = "http";
    public const string Crawl = "crawl";
    public const string Script = "script";

    /// <summary>What stop drills consist of. Every worker of the SDK takes it, others may offer it; no definition may name it.</summary>
    public const string Drill = "drill";

    static readonly FrozenSet<string> Control = FrozenSet.Create(StringComparer.Ordinal, Manual, Log, Delay, If, Wait, Approval, Workflow, ForEach, Filter);

    readonly FrozenSet<string> handled;
    readonly bool knowsAll;

    KindCatalog(IEnumerable<string> handled, bool knowsAll = false)
    {
        this.handled = handled.ToFrozenSet(StringComparer.Ordinal);
        this.knowsAll = knowsAll;
    }

    /// <summary>The control kinds and the handlers that are always there.</summary>
    public static KindCatalog BuiltIn { get; } = new([Process, Http, Crawl, Script, "noop", "hold"]);

    /// <summary>Knows every well-formed kind.
    /// For definitions that were accepted before: a worker that is away must not unsay them.</summary>
    public static KindCatalog Any { get; } = new([], knowsAll: true);

    public IEnumerable<string> All => Control.Concat(handled).Order(StringComparer.Ordinal);

    public KindCatalog With(IEnumerable<string> kinds) => new(handled.Concat(kinds.Where(kind => IsWellFormed(kind) && kind != Drill)), knowsAll);

    public bool Knows(string kind) => IsControl(kind) || handled.Contains(kind) || (knowsAll && IsWellFormed(kind));

    /// <summary>Decided in Core, never handed to a worker.</summary>
    public static bool IsControl(string kind) => Control.Contains(kind);

    /// <summary>Letters, digits, dot, dash and underscore, at most 64, beginning with a letter.</summary>
    public static bool IsWellFormed(string kind) => WellFormed().IsMatch(kind);

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9._-]{0,63}\z")]
    private static partial Regex WellFormed();
}
