using System.Net;
using System.Text;
using System.Text.Json;
using Rein.Protocol;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;

namespace Rein.System.Tests.Remote;

public sealed class FullBatchTests
{
    [Fact]
    public async Task The_client_sends_in_parts_what_has_more_rows_than_a_batch_may_have()
    {
        var counted = new Counted();
        using var client = new ReinClient(new HttpClient(counted) { BaseAddress = new("http://rein.test") });
        var row = Encoding.UTF8.GetBytes("1");
        Report[] reports =
        [
            .. Enumerable.Range(0, 6).Select(n => new ItemsReport(new(Guid.Empty, "work", n), 1, [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(row, 10_000)])),
            .. Enumerable.Range(0, 6).Select(n => new LogsReport(new(Guid.Empty, "work", n), 1, [.. Enumerable.Repeat<ReadOnlyMemory<byte>>(row, 10_000)])),
            new HeardReport(new(Guid.Empty, "work", 1)),
        ];

        var answers = await client.SendReports(Guid.Empty, reports, TestContext.Current.CancellationToken);

        Assert.Equal(13, answers.Count);
        Assert.Equal([ReportBatch.MaxRows, 20_000], counted.Rows);
    }

    /// <summary>Takes whatever comes.</summary>
    sealed class Counted : HttpMessageHandler
    {
        public List<int> Rows { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var reports = JsonElement.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken)).GetProperty("reports").EnumerateArray().ToList();
            Rows.Add(reports.Sum(report => report.TryGetProperty("rows", out var rows) ? rows.GetArrayLength() : 0));
            var answers = string.Join(',', reports.Select(_ => """{"status":"accepted"}"""));
            return new(HttpStatusCode.OK) { Content = new StringContent($$"""{"answers":[{{answers}}]}""", Encoding.UTF8, "application/json") };
        }
    }
}
