using System.Globalization;
using Rein.Core.Stores;

namespace Rein.Storage.Rows;

/// <summary>What only the store knows of a change that the audit tells of.</summary>
static class AuditNotes
{
    public static AuditEntry? Note(this WorkflowVersion version, AuditEntry? audit) => audit is null ? null : audit with
    {
        Detail = version.MaxRunning is { } most
            ? string.Create(CultureInfo.InvariantCulture, $"version {version.Version}, at most {most} running")
            : string.Create(CultureInfo.InvariantCulture, $"version {version.Version}"),
    };
}
