using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Rein.Core.Definitions;
using Rein.Core.Faults;
using Rein.Protocol.Problems;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Starts;
using Rein.Server.Api.Workflows;
using Rein.Server.Problems;

namespace Rein.Server.Dialects.Axiom.Runs;

/// <summary>The field `data` of a trigger: rows of cells, or tables of rows of cells. It becomes the input `data` of the run, as it came.</summary>
static class TriggerData
{
    public const string Input = "data";

    const string NoRows = "Data must be sent as an array of arrays.";

    /// <returns>The input of the run; empty for none.</returns>
    public static (ReadOnlyMemory<byte> Input, Refusal? Refusal) Read(Fields fields, InputSchema inputs)
    {
        var data = fields.Any(Input);
        if (data is { } given && !AreRows(given))
            return (default, Refusal.Of(ProblemCodes.BadField, NoRows));
        var input = data is { } rows ? Under(rows) : default;
        // What is not declared is given all the same: a workflow that knows nothing of it is triggered like any other.
        var faults = inputs.Check(input).RemoveAll(fault => fault.Code == FaultCodes.InputUnknown);
        return faults.Length > 0
            ? (default, Refusal.Of(ProblemCodes.InvalidInput, [.. faults.Under("")]))
            : (Launch.Kept(JsonMarshal.GetRawUtf8Value(inputs.Complete(input))), null);
    }

    static bool AreRows(JsonElement data) => data.ValueKind is JsonValueKind.Array && data.EnumerateArray().All(row => row.ValueKind is JsonValueKind.Array);

    static JsonElement Under(JsonElement rows) => JsonElement.Parse(Encoding.UTF8.GetBytes($$"""{"{{Input}}":{{rows.GetRawText()}}}"""));
}
