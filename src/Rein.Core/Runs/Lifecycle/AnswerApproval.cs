using Rein.Core.Definitions;

namespace Rein.Core.Runs.Lifecycle;

/// <summary>A person approves or rejects. Whether they may was asked of the definition, which does not change.</summary>
/// <param name="Note">What they wrote beside it; may be empty.</param>
public sealed record AnswerApproval(Guid Run, string Step, bool IsApproved, string Note, string Actor) : ICommand
{
    public Slice Slice(Definition definition) => definition.SliceBelow(Step);

    public Decision Decide(Run run, DateTimeOffset now) =>
        AnswerStep.Decide(run, now, Step, KindCatalog.Approval, asked => asked with
        {
            Branch = IsApproved ? Branch.Approved : Branch.Rejected, By = Actor, Note = Note.Length == 0 ? null : Note,
        });
}
