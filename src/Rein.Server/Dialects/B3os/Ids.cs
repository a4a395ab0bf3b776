using System.Text.RegularExpressions;

namespace Rein.Server.Dialects.B3os;

/// <summary>Our ids in their dress, and back.</summary>
static partial class Ids
{
    const string RunMark = "run_";
    const string WorkflowMark = "wf_";
    const string OrganizationMark = "org_";

    public static string OfRun(Guid run) => $"{RunMark}{run:N}";

    public static string OfWorkflow(Guid workflow) => $"{WorkflowMark}{workflow:N}";

    public static string OfOrganization(Guid organization) => $"{OrganizationMark}{organization:N}";

    /// <summary>Null for what is none of ours, which may be one that a client chose. Dashes are taken: the id of a run in an expression has them.</summary>
    public static Guid? ReadRun(string text) => Read(text, RunMark);

    public static Guid? ReadWorkflow(string text) => Read(text, WorkflowMark);

    public static Guid? ReadOrganization(string text) => Read(text, OrganizationMark);

    static Guid? Read(string text, string mark) =>
        text.StartsWith(mark, StringComparison.Ordinal) && text.AsSpan(mark.Length) is var rest
        && (Guid.TryParseExact(rest, "N", out var id) || Guid.TryParseExact(rest, "D", out id)) ? id : null;

    /// <summary>What a client may choose for a run.</summary>
    public static bool MayBeChosen(string id) => id.Length <= Core.Runs.Extras.LongestAlias && Chosen().IsMatch(id);

    public const string ChosenPattern = "^run_[A-Za-z0-9_]+$";

    // `$` alone would pass over a line feed at the end.
    [GeneratedRegex(ChosenPattern + @"\z")]
    private static partial Regex Chosen();
}
