using System.Text;
using Rein.Protocol.Workers;
using Rein.Server.Sessions;

namespace Rein.System.Tests.Sessions;

/// <summary>The server's own look, for a worker that hides nothing.</summary>
public sealed class AttemptMaskTests
{
    static readonly AttemptRef s_attempt = new(Guid.Empty, "work", 1);
    readonly AttemptMask mask = new(SecretMask.Of(["hunter2-hunter2"])!);

    [Fact]
    public void What_a_worker_says_is_masked_wherever_it_says_it()
    {
        var ended = (EndedReport)mask.Without(new EndedReport(s_attempt, AttemptOutcome.Failed, AttemptProof.Clean with { Residuals = [new("process", "1", "hunter2-hunter2 is deaf")] })
        {
            Error = "no hunter2-hunter2", Result = "{\"a\":\"hunter2-hunter2\"}"u8.ToArray(),
        });
        Assert.Equal("no ***", ended.Error);
        Assert.Equal("""{"a":"***"}""", Text(ended.Result!.Value));
        Assert.Equal("*** is deaf", Assert.Single(ended.Proof.Residuals).Why);
        var items = (ItemsReport)mask.Without(new ItemsReport(s_attempt, 1, [Bytes("\"hunter2-hunter2\""), Bytes("1")]));
        Assert.Equal(["\"***\"", "1"], items.Rows.Select(Text));
    }

    [Fact]
    public void What_has_no_result_has_none_afterwards() =>
        Assert.Null(((EndedReport)mask.Without(new EndedReport(s_attempt, AttemptOutcome.Failed, AttemptProof.Clean) { Error = "no" })).Result);

    [Fact]
    public void A_secret_that_is_cut_within_a_report_is_masked_and_every_row_stays_a_row()
    {
        Assert.Equal(["a ***", "***", "*** b"], Logs(1, "a hunter", "2-hun", "ter2 b"));
    }

    [Fact]
    public void A_secret_that_is_cut_between_reports_is_masked_on_both_sides()
    {
        Assert.Equal(["a ***"], Logs(1, "a hunter2"));
        Assert.Equal(["*** b"], Logs(2, "-hunter2 b"));
        // The same report again, because its answer was lost.
        Assert.Equal(["*** b"], Logs(2, "-hunter2 b"));
        Assert.Equal(["c"], Logs(3, "c"));
    }

    IEnumerable<string> Logs(long first, params string[] rows) => ((LogsReport)mask.Without(new LogsReport(s_attempt, first, [.. rows.Select(Bytes)]))).Rows.Select(Text);

    static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
