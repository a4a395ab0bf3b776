using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Protocol.Remote;
using Rein.Protocol.Workers;
using Rein.Server.Access;
using Rein.Server.Api.Requests;
using Rein.Server.Api.Sessions;
using Rein.Server.Sessions;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Remote;

/// <summary>docs/protocol.md is all that is needed to write a worker: whatever the wire has stands there, and nothing that it does not have.</summary>
public sealed class ProtocolPageTests(TestServer server) : IClassFixture<TestServer>
{
    static readonly JsonNamingPolicy Camel = JsonNamingPolicy.CamelCase;
    static readonly JsonNamingPolicy Snake = JsonNamingPolicy.SnakeCaseLower;

    [Fact]
    public void Every_type_of_a_report_has_a_row_that_names_its_fields()
    {
        var rows = RowsBelow("| `type` | fields | |");
        Assert.Equal(TypesOf(typeof(Report)).Keys.Order(), rows.Select(row => row.Name).Order());
        Assert.All(rows, row => Assert.Equal(FieldsOf(TypesOf(typeof(Report))[row.Name]).Order(), Named(row.Cells[1]).Order()));
    }

    [Fact]
    public async Task The_server_reads_exactly_the_reports_of_the_page()
    {
        var answer = await server.Send(HttpMethod.Post, $"/v1/sessions/{Guid.Empty}/reports", """{ "reports": [{ "type": "gossip" }] }""");
        var names = string.Join(", ", RowsBelow("| `type` | fields | |").Select(row => row.Name));
        Assert.Contains($"must be one of {names}.", await answer.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_frame_has_a_table_that_names_its_fields()
    {
        var page = Section("Commands");
        Assert.All(TypesOf(typeof(CommandFrame)), frame =>
        {
            Assert.Contains($"event: {frame.Key}\ndata: {{\"type\":\"{frame.Key}\"", page, StringComparison.Ordinal);
            Assert.Superset(FieldsOf(frame.Value).ToHashSet(), Named(string.Concat(RowsBelow($"| `{frame.Key}` |").SelectMany(row => row.Cells))).ToHashSet());
        });
    }

    [Fact]
    public void Every_status_outcome_rung_and_containment_is_named()
    {
        Assert.Equal(Enum.GetNames<ReportStatus>().Select(Snake.ConvertName).Order(), RowsBelow("| `status` |").Select(row => row.Name).Order());
        var reports = Section("Reports");
        Assert.All(Enum.GetNames<AttemptOutcome>(), outcome => Assert.Contains($"`{Snake.ConvertName(outcome)}`", reports, StringComparison.Ordinal));
        Assert.All(
            [.. Enum.GetNames<Rung>(), .. Enum.GetNames<Containment>()],
            word => Assert.Contains($"\"{Snake.ConvertName(word)}\"", reports, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(typeof(OpenSession), "Opening a session")]
    [InlineData(typeof(SessionOpened), "Opening a session")]
    [InlineData(typeof(AttemptProof), "Reports")]
    [InlineData(typeof(Residual), "Reports")]
    [InlineData(typeof(ReportAnswerDocument), "Reports")]
    [InlineData(typeof(BeatRequest), "Heartbeats")]
    [InlineData(typeof(BeatReply), "Heartbeats")]
    public void Every_field_of_a_body_stands_in_its_section(Type body, string section) =>
        Assert.All(FieldsOf(body), field => Assert.Matches($"[`\"]{field}[`\"]", Section(section)));

    [Fact]
    public void Every_bound_of_the_page_is_the_one_that_is_held()
    {
        var held = new Dictionary<string, long>
        {
            ["reports in a batch"] = Constant(typeof(ReportReader), "MostReports"),
            ["bytes of a batch, or of a heartbeat"] = Body.Batch,
            ["nesting of its JSON"] = Enumerable.Range(1, 200).TakeWhile(IsRead).Last(),
            ["`rows` of a batch, together"] = ReportBatch.MaxRows,
            ["`rows` of a report"] = Constant(typeof(ReportReader), "MostRows"),
            ["bytes of an item"] = Constant(typeof(ReportReader), "MostItem"),
            ["bytes of a text in a log"] = Constant(typeof(ReportReader), "MostChunk"),
            ["characters of an `error`"] = EndedReport.MaxError,
            ["characters of a `note`"] = ProgressReport.MaxNote,
            ["`residuals` of a proof"] = AttemptProof.MaxResiduals,
            ["characters of a residual's `kind` or `id`"] = Residual.MaxName,
            ["characters of a residual's `why`"] = Residual.MaxWhy,
            ["attempts in `held`"] = Constant(typeof(Beats), "MostHeld"),
            ["bytes of a checkpoint"] = CheckpointReport.MaxBytes,
            ["bytes of a `result`"] = Constant(typeof(Reports), "MostResult"),
            ["attempts in the `former` of a session"] = Constant(typeof(WorkerGateway), "MostFormer"),
            ["attempts of earlier sessions in the `former` of a heartbeat"] = Constant(typeof(WorkerGateway), "MostFormerAtOnce"),
            ["sessions of a key at a node"] = WorkerGateway.MostSessions,
            ["bytes of a key's reports that are not answered yet, at a node; of its heartbeats as many. A body without `Content-Length` counts as what has come of it"] = BatchRoom.Most,
        };
        var said = LinesBelow("| of | at most | what is more |").Select(line => line.Trim('|', ' ').Split(" | "))
            .ToDictionary(cells => cells[0], cells => long.Parse(cells[1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
        Assert.Equal(held.OrderBy(one => one.Key, StringComparer.Ordinal), said.OrderBy(one => one.Key, StringComparer.Ordinal));
    }

    static long Constant(Type of, string name) => Convert.ToInt64(
        of.GetField(name, BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)!.GetRawConstantValue(), CultureInfo.InvariantCulture);

    static bool IsRead(int depth)
    {
        try
        {
            JsonElement.Parse(new string('[', depth) + new string(']', depth));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static Dictionary<string, Type> TypesOf(Type family) =>
        family.GetCustomAttributes<JsonDerivedTypeAttribute>().ToDictionary(type => (string)type.TypeDiscriminator!, type => type.DerivedType);

    /// <summary>Beside the attempt, which all of them name.</summary>
    static IEnumerable<string> FieldsOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Select(property => Camel.ConvertName(property.Name)).Where(name => name is not "attempt");

    /// <summary>The rows of the table with this head: the first name in each, and its cells.</summary>
    static List<(string Name, string[] Cells)> RowsBelow(string head) =>
    [
        .. LinesBelow(head).Select(line => line.Split(" | ")).Select(cells => (Named(cells[0]).First(), cells)),
    ];

    static IEnumerable<string> LinesBelow(string head) =>
        Page().Split('\n').SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2).TakeWhile(line => line.StartsWith('|'));

    /// <summary>What stands between backticks.</summary>
    static IEnumerable<string> Named(string text) => text.Split('`').Where((_, at) => at % 2 == 1);

    static string Section(string title) =>
        Page().Split("\n## ").Single(section => section.StartsWith(title + "\n", StringComparison.Ordinal));

    static string Page([CallerFilePath] string here = "") =>
        File.ReadAllText(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/protocol.md")));
}
