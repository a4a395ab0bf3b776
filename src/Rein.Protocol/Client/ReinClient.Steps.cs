using System.Text.Json;

namespace Rein.Protocol;

public sealed partial class ReinClient
{
    /// <summary>Tells a step of kind <c>wait</c> that what it waited for has come. The first signal counts.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="step">The node's id; in the body of a loop with the number of the iteration behind it, <c>ask[3]</c>.</param>
    /// <param name="data">What came with it; the step's result has it as <c>data</c>.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>step_not_found</c>, <c>step_answered</c>: its time is up; <c>not_now</c>: it does not wait yet; <c>run_ended</c>,
    /// <c>run_stopping</c>.</exception>
    public Task<StepReply> Signal(Guid run, string step, JsonElement? data = null, CancellationToken cancel = default) =>
        Send(HttpMethod.Post, PathOf(run, step, "signal"), new() { Data = data }, ProtocolJson.Default.SignalStepRequest, ProtocolJson.Default.StepReply, cancel);

    /// <summary>Approves what a step of kind <c>approval</c> asks for. The first answer counts; the same again is no mistake.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="step">The node's id; in the body of a loop with the number of the iteration behind it, <c>ask[3]</c>.</param>
    /// <param name="note">For people: at most 2,000 characters.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException"><c>step_not_found</c>, <c>not_an_approver</c>, <c>step_answered</c>: it was rejected, or its time is up; <c>not_now</c>:
    /// it does not ask yet; <c>run_ended</c>, <c>run_stopping</c>.</exception>
    public Task<StepReply> Approve(Guid run, string step, string? note = null, CancellationToken cancel = default) =>
        Answer(PathOf(run, step, "approve"), note, cancel);

    /// <summary>Rejects what a step of kind <c>approval</c> asks for. The first answer counts; the same again is no mistake.</summary>
    /// <param name="run">The run's id.</param>
    /// <param name="step">The node's id; in the body of a loop with the number of the iteration behind it, <c>ask[3]</c>.</param>
    /// <param name="note">For people: at most 2,000 characters.</param>
    /// <param name="cancel">Gives up waiting for the answer.</param>
    /// <exception cref="ReinException">As <see cref="Approve"/>.</exception>
    public Task<StepReply> Reject(Guid run, string step, string? note = null, CancellationToken cancel = default) =>
        Answer(PathOf(run, step, "reject"), note, cancel);

    Task<StepReply> Answer(string path, string? note, CancellationToken cancel) =>
        Send(HttpMethod.Post, path, new() { Note = note }, ProtocolJson.Default.AnswerApprovalRequest, ProtocolJson.Default.StepReply, cancel);

    static string PathOf(Guid run, string step, string verb) => $"/v1/runs/{run}/steps/{Uri.EscapeDataString(step)}/{verb}";
}
