using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Rein.Protocol.Workers;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Sessions;

/// <summary>Reports as they stand in a body. One that is malformed refuses its batch: nothing of it is taken.</summary>
static class ReportReader
{
    const int MostReports = 10_000;
    const int MostRows = 10_000;
    const int MostItem = 1 << 20;
    const int MostChunk = 64 << 10;
    const int LongestStep = 200;
    const long MostMicros = 1_000_000_000_000_000;
    const double LongestMs = 1e12;

    delegate Report Reader(Fields fields, AttemptRef attempt);

    static readonly Dictionary<string, Reader> s_readers = new(StringComparer.Ordinal)
    {
        ["items"] = (fields, attempt) => new ItemsReport(attempt, FirstSeq(fields), Rows(fields, Item)),
        ["logs"] = (fields, attempt) => new LogsReport(attempt, FirstSeq(fields), Rows(fields, Chunk)),
        ["usage"] = (fields, attempt) => new UsageReport(attempt, Micros(fields)),
        ["progress"] = (fields, attempt) => new ProgressReport(
            attempt, Number(fields, "number"), fields.Number("fraction", 0, 1), fields.Text("note", ProgressReport.MaxNote)),
        ["checkpoint"] = (fields, attempt) => new CheckpointReport(attempt, Number(fields, "number"), Value(fields)),
        ["heard"] = (fields, attempt) => new HeardReport(attempt, fields.Number("agoMs", 0, LongestMs) ?? 0),
        ["ended"] = Ended,
        ["returned"] = (fields, attempt) => new ReturnedReport(attempt, Proof(fields)),
        ["prove"] = (fields, attempt) => new ProveReport(attempt, Proof(fields)),
    };

    public static IReadOnlyList<Report> Read(Fields body)
    {
        var list = body.List("reports", 1, MostReports);
        body.RefuseOthers();
        var reports = new List<Report>(list.Count);
        for (var i = 0; i < list.Count; i++)
            if (ReadOne(new(list[i], $"/reports/{i}", body.Errors)) is { } report)
                reports.Add(report);
        return reports;
    }

    /// <summary>Counted before anything is made of them: what many short rows become is many times as large as their text.</summary>
    public static long RowsIn(JsonElement body) =>
        body.ValueKind is JsonValueKind.Object && body.TryGetProperty("reports", out var reports) && reports.ValueKind is JsonValueKind.Array
            ? reports.EnumerateArray().Sum(RowsOf)
            : 0;

    static long RowsOf(JsonElement report) =>
        report.ValueKind is JsonValueKind.Object && report.TryGetProperty("rows", out var rows) && rows.ValueKind is JsonValueKind.Array ? rows.GetArrayLength() : 0;

    static Report? ReadOne(Fields fields)
    {
        var type = fields.Text("type", LongestStep);
        if (type is null || !s_readers.TryGetValue(type, out var reader))
        {
            fields.Refuse("type", $"must be one of {string.Join(", ", s_readers.Keys)}");
            return null;
        }
        var report = reader(fields, AttemptOf(fields));
        fields.RefuseOthers();
        return report;
    }

    static AttemptRef AttemptOf(Fields fields)
    {
        if (fields.Any("attempt") is { } attempt)
            return Attempt(fields.Under("attempt", attempt));
        fields.Missing("attempt", "which one, as its assign named it: run, step and fence");
        return default;
    }

    static AttemptRef Attempt(Fields fields)
    {
        var run = fields.Text("run", LongestStep);
        if (!Guid.TryParse(run, out var id))
            fields.Refuse("run", "must be the id of a run");
        var step = fields.Text("step", LongestStep);
        if (step is null)
            fields.Missing("step", "the step's id");
        var fence = fields.Long("fence", 0, long.MaxValue);
        if (fence is null)
            fields.Missing("fence", "the number that the assign named");
        fields.RefuseOthers();
        return new(id, step ?? "", fence ?? 0);
    }

    public static IReadOnlyList<AttemptRef> Attempts(Fields fields, string name, int most)
    {
        var list = fields.List(name, 0, most);
        var attempts = new List<AttemptRef>(list.Count);
        for (var i = 0; i < list.Count; i++)
            attempts.Add(Attempt(fields.Under($"{name}/{i}", list[i])));
        return attempts;
    }

    static long FirstSeq(Fields fields) => Number(fields, "firstSeq");

    static long Number(Fields fields, string name)
    {
        var number = fields.Long(name, 1, long.MaxValue / 2);
        if (number is null)
            fields.Missing(name, "a number that is counted from 1");
        return number ?? 1;
    }

    /// <summary>How large it may be is decided where it is taken: one that is too large does not refuse its batch.</summary>
    static byte[] Value(Fields fields)
    {
        if (fields.Any("value") is { } value)
            return JsonMarshal.GetRawUtf8Value(value).ToArray();
        fields.Missing("value", "any JSON value");
        return [];
    }

    static List<ReadOnlyMemory<byte>> Rows(Fields fields, Func<JsonElement, byte[]?> read)
    {
        var rows = new List<ReadOnlyMemory<byte>>();
        foreach (var row in fields.List("rows", 1, MostRows))
            if (read(row) is { } bytes)
                rows.Add(bytes);
            else
                fields.Refuse("rows", $"must be items of at most {MostItem} bytes, or texts of at most {MostChunk} bytes");
        return rows;
    }

    static byte[]? Item(JsonElement row) => JsonMarshal.GetRawUtf8Value(row) is { Length: <= MostItem } json ? json.ToArray() : null;

    static byte[]? Chunk(JsonElement row) =>
        row.ValueKind is JsonValueKind.String && Encoding.UTF8.GetBytes(row.GetString()!) is { Length: <= MostChunk } text ? text : null;

    static long Micros(Fields fields)
    {
        var micros = fields.Long("microCredits", 0, MostMicros);
        if (micros is null)
            fields.Missing("microCredits", "the total since the attempt began, in millionths of a credit");
        return micros ?? 0;
    }

    static EndedReport Ended(Fields fields, AttemptRef attempt)
    {
        var outcome = fields.Choice("outcome", Names.All<AttemptOutcome>());
        if (outcome is null)
            fields.Missing("outcome", $"one of {string.Join(", ", Names.All<AttemptOutcome>().Keys)}");
        return new(attempt, outcome ?? AttemptOutcome.Failed, Proof(fields))
        {
            Result = fields.Any("result") is { } result ? JsonMarshal.GetRawUtf8Value(result).ToArray() : default(ReadOnlyMemory<byte>?),
            Error = fields.Text("error", EndedReport.MaxError),
            BeganAgoMs = fields.Number("beganAgoMs", 0, LongestMs),
        };
    }

    /// <summary>Left out, it says that nothing had to be done and nothing is left.</summary>
    static AttemptProof Proof(Fields fields)
    {
        if (fields.Any("proof") is not { } json)
            return AttemptProof.Clean;
        var proof = fields.Under("proof", json);
        var read = new AttemptProof(
            proof.Choice("rung", Names.All<Rung>()), proof.Whole("exitCode", int.MinValue, int.MaxValue),
            proof.Choice("containment", Names.All<Containment>()) ?? Containment.None, Residuals(proof));
        proof.RefuseOthers();
        return read;
    }

    static List<Residual> Residuals(Fields proof)
    {
        var left = new List<Residual>();
        if (proof.Any("residuals") is not null)
            foreach (var one in proof.List("residuals", 0, AttemptProof.MaxResiduals))
            {
                var fields = proof.Under($"residuals/{left.Count}", one);
                left.Add(new(fields.Text("kind", Residual.MaxName) ?? "", fields.Text("id", Residual.MaxName) ?? "", fields.Text("why", Residual.MaxWhy) ?? ""));
                fields.RefuseOthers();
            }
        return left;
    }
}
