using System.Text.Json;
using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>The field `name` of a body: exact in case and white space.</summary>
static class AutomationName
{
    public const int Shortest = 1;

    const string Missing = "Missing task name, you must send the name of the task that you wish to trigger.";

    public static (string Name, Refusal? Refusal) Read(Body body, Fields fields) => (body.Refusal ?? fields.Refusal) is { } unread ? ("", unread)
        : fields.Any("name") is { ValueKind: JsonValueKind.String } said && said.GetString() is { Length: >= Shortest } name ? (name, null)
        : ("", Refusal.Of(ProblemCodes.BadField, Missing));
}
