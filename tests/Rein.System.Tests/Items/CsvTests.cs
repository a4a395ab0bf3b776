using Rein.Protocol.Problems;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Items;

public sealed class CsvTests(TestServer server) : IClassFixture<TestServer>
{
    [Theory]
    [InlineData("""[{"b":1,"a":"x"},{"c":true,"a":"y"}]""", "b,a,c\r\n1,x,\r\n,y,true\r\n")]
    [InlineData("""[7,"text",{"n":1},null,[1,2]]""", "value,n\r\n7,\r\ntext,\r\n,1\r\n,\r\n\"[1,2]\",\r\n")]
    [InlineData("""[{"a":{"deep":[1,"x"]},"b":[]}]""", "a,b\r\n\"{\"\"deep\"\":[1,\"\"x\"\"]}\",[]\r\n")]
    [InlineData("""[{"a":"say \"hi\", twice\nat once"}]""", "a\r\n\"say \"\"hi\"\", twice\nat once\"\r\n")]
    [InlineData("""[{"a":"","b":null},{"b":""}]""", "a,b\r\n\"\",\r\n,\"\"\r\n")]
    [InlineData("""[{"a":null},{}]""", "a\r\n\"\"\r\n\"\"\r\n")]
    [InlineData("""[{"größe":"日本 😀"}]""", "größe\r\n日本 😀\r\n")]
    [InlineData("""[{"a":1,"a":2}]""", "a\r\n2\r\n")]
    [InlineData("""["half \ud800 a letter"]""", "value\r\nhalf \ufffd a letter\r\n")]
    [InlineData("""[1.50,-0,1e400]""", "value\r\n1.50\r\n-0\r\n1e400\r\n")]
    [InlineData("[]", "")]
    public async Task Items_become_rows_under_the_fields_that_any_of_them_has(string items, string csv)
    {
        var run = await server.Collected(items);
        Assert.Equal(csv, await Text($"/v1/runs/{run.Id}/items?format=csv"));
        Assert.Equal(csv, await Text($"/v1/runs/{run.Id}/export?format=csv"));
        using var reader = new StreamReader(await server.Client.StreamItemsAsCsv(run.Id, Cancel));
        Assert.Equal(csv, await reader.ReadToEndAsync(Cancel));
    }

    [Theory]
    [InlineData("=1+2", "'=1+2")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\\tx", "'\tx")]
    [InlineData("\\r=1", "\"'\r=1\"")]
    [InlineData("＝1", "'＝1")]
    [InlineData("a=1", "a=1")]
    public async Task A_text_that_a_spreadsheet_would_compute_is_disarmed(string text, string cell)
    {
        var run = await server.Collected($$"""[{"{{text}}":"{{text}}"}]""");
        Assert.Equal($"{cell}\r\n{cell}\r\n", await Text($"/v1/runs/{run.Id}/export?format=csv"));
    }

    [Fact]
    public async Task More_fields_than_a_table_can_have_are_refused_and_the_other_forms_are_not()
    {
        var fields = string.Join(',', Enumerable.Range(0, 10_001).Select(n => $"\"f{n}\":1"));
        var run = await server.Collected($"[{{{fields}}}]");
        await Refused.With(ProblemCodes.TooManyColumns, () => server.Client.ReadExport(run.Id, "csv", cancel: Cancel));
        await Refused.With(ProblemCodes.TooManyColumns, () => server.Client.StreamItemsAsCsv(run.Id, Cancel));
        using var export = await server.Client.ReadExport(run.Id, "json", cancel: Cancel);
        Assert.Equal(1, export.Items);
    }

    [Fact]
    public async Task A_run_that_goes_on_is_read_as_far_as_it_has_got()
    {
        var run = await server.StartAndBegin("collect");
        while ((await server.Client.ReadRun(run.Id, TimeSpan.FromSeconds(1), cancel: Cancel)).Items < 3) { }
        Assert.Equal("n,value\r\n1,\r\n2,\r\n,drei\r\n", await Text($"/v1/runs/{run.Id}/items?format=csv"));
    }

    async Task<string> Text(string path)
    {
        using var response = await server.Send(HttpMethod.Get, path);
        Assert.Equal("text/csv", response.Content.Headers.ContentType!.MediaType);
        return await response.Content.ReadAsStringAsync(Cancel);
    }
}
