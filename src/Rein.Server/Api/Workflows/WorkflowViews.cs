using System.Text.Json;
using Rein.Core.Faults;
using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Protocol.Problems;

namespace Rein.Server.Api.Workflows;

static class WorkflowViews
{
    /// <summary>With the definition; lists leave it out.</summary>
    public static WorkflowDocument ToDocument(this WorkflowVersion version) => version.ToEntry() with
    {
        Definition = JsonElement.Parse(version.Definition.ToJson().Span),
    };

    public static WorkflowDocument ToEntry(this WorkflowVersion version) => new()
    {
        Id = version.Id,
        Name = version.Name,
        Version = version.Version,
        Hash = version.Definition.Hash,
        MaxRunning = version.MaxRunning,
        SavedAt = version.SavedAt,
    };

    /// <summary>Faults of something that was sent as a part of the body.</summary>
    public static IEnumerable<ProblemError> Under(this IEnumerable<Fault> faults, string path) =>
        faults.Select(fault => new ProblemError(fault.Code, fault.Message, path + fault.Path));
}
