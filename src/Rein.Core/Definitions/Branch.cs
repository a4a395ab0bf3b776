namespace Rein.Core.Definitions;

/// <summary>Under which answer of a parent that has branches a node is enabled.</summary>
public enum Branch
{
    /// <summary>Under every answer; below an approval, only when it was given.</summary>
    Always,

    /// <summary>The condition of an <c>if</c> holds.</summary>
    Then,

    /// <summary>It does not.</summary>
    Else,

    /// <summary>What a <c>wait</c> waited for has come.</summary>
    Resumed,

    /// <summary>It has not come in time.</summary>
    TimedOut,

    /// <summary>Somebody has approved.</summary>
    Approved,

    /// <summary>Somebody has rejected.</summary>
    Rejected,

    /// <summary>Nobody has answered in time.</summary>
    Expired,

    /// <summary>It has failed for good, and leads somewhere when it does: <see cref="OnFailure.Branch"/>.</summary>
    Failed,
}

/// <summary>Which kinds have which branches, and what they are called on the wire.</summary>
static class Branches
{
    /// <summary>In the order of <see cref="Branch"/>, the first left out.</summary>
    public static readonly string[] Words = ["then", "else", "resumed", "timed_out", "approved", "rejected", "expired", "failed"];

    public static string Word(this Branch branch) => Words[(int)branch - 1];

    /// <returns><see cref="Branch.Always"/> for a word that names none.</returns>
    public static Branch Of(string? word) => (Branch)(Array.IndexOf(Words, word) + 1);

    /// <summary>The kind that answers with this branch; null where any kind may.</summary>
    public static string? Owner(this Branch branch) => branch switch
    {
        Branch.Then or Branch.Else => KindCatalog.If,
        Branch.Resumed or Branch.TimedOut => KindCatalog.Wait,
        Branch.Approved or Branch.Rejected or Branch.Expired => KindCatalog.Approval,
        _ => null,
    };

    /// <summary>
    /// Whether a parent that has answered so enables the child. The branch of a child concerns those of its parents whose kind has it; what was rejected
    /// or has expired enables nobody who did not ask for that, and neither does a failure that has a branch.
    /// </summary>
    public static bool Enables(Node parent, Branch answer, Branch child)
    {
        if (parent.OnFailure is OnFailure.Branch && (answer is Branch.Failed || child is Branch.Failed))
            return answer == child;
        return child.Owner() == parent.Kind ? child == answer : answer is not (Branch.Rejected or Branch.Expired);
    }
}
