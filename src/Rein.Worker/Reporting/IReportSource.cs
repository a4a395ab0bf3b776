using Rein.Protocol.Workers;

namespace Rein.Worker.Reporting;

/// <summary>Something of an attempt that gathers while a report of it is under way: what has gathered is the next one.</summary>
interface IReportSource
{
    /// <summary>The next report; null when everything is durable. Called by the outbox alone, one at a time.</summary>
    Report? Next();

    /// <summary>What became of the report before.</summary>
    void Take(ReportAnswer answer);

    /// <summary>Nothing of the attempt counts any more, and nobody takes what is left.</summary>
    void Fence();
}
