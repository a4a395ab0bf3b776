using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rein.Protocol.Workers;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Http;

public sealed class HttpStepTests
{
    [Fact]
    public async Task An_answer_of_JSON_is_a_result_that_later_steps_can_look_into()
    {
        await using var site = await Site.Start();
        site.Text("/price", """{"eur":[1,2]}""", "application/json");

        var (end, result) = await Ask(site, "/price");

        Assert.Equal(AttemptOutcome.Succeeded, end.Outcome);
        Assert.Equal(200, result.GetProperty("status").GetInt32());
        Assert.Equal("application/json", result.GetProperty("headers").GetProperty("content-type").GetString());
        Assert.Equal("""{"eur":[1,2]}""", result.GetProperty("body").GetRawText());
        Assert.Equal("json", result.GetProperty("bodyIs").GetString());
    }

    [Theory]
    [InlineData("text/plain; charset=iso-8859-1", "iso-8859-1")]
    [InlineData("text/plain; charset=windows-1251", "windows-1251")]
    [InlineData("text/plain; charset=\"utf-16\"", "utf-16")]
    [InlineData("text/plain", "utf-8")]
    [InlineData("text/plain; charset=nonsense", "utf-8")]
    public async Task A_text_is_read_in_the_encoding_that_it_is_sent_in(string type, string encoding)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        await using var site = await Site.Start();
        var text = encoding is "windows-1251" ? "Привет" : "Grüße";
        site.Bytes("/", Encoding.GetEncoding(encoding).GetBytes(text), type);

        Assert.Equal(text, (await Ask(site, "/")).Result.GetProperty("body").GetString());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_come_as_base64()
    {
        await using var site = await Site.Start();
        site.Bytes("/", [0, 255, 1], "application/octet-stream");

        var (_, result) = await Ask(site, "/");

        Assert.Equal(("AP8B", "base64"), (result.GetProperty("body").GetString(), result.GetProperty("bodyIs").GetString()));
    }

    [Fact]
    public async Task An_empty_answer_has_no_body()
    {
        await using var site = await Site.Start();
        site.On("/", context =>
        {
            context.Response.StatusCode = 204;
            return Task.CompletedTask;
        });

        Assert.Equal(JsonValueKind.Null, (await Ask(site, "/")).Result.GetProperty("body").ValueKind);
    }

    [Fact]
    public async Task What_is_sent_is_what_the_payload_says()
    {
        await using var site = await Site.Start();
        site.On("/", async context => await context.Response.WriteAsync(
            $"{context.Request.Method} {context.Request.ContentType} {context.Request.Headers["X-Key"]} {context.Request.Headers.UserAgent} {await new StreamReader(context.Request.Body).ReadToEndAsync()}"));

        Assert.StartsWith("PUT application/json k Rein/0.", await Body("""{ "a": 1 }""", ""), StringComparison.Ordinal);
        Assert.EndsWith("""{ "a": 1 }""", await Body("""{ "a": 1 }""", ""), StringComparison.Ordinal);
        Assert.Equal("PUT text/csv k me a,b", await Body("\"a,b\"", """, "Content-Type": "text/csv", "User-Agent": "me" """));

        async Task<string> Body(string body, string more) =>
            (await Ask(site, "/", $$""", "method": "PUT", "body": {{body}}, "headers": { "X-Key": "k"{{more}} }""")).Result.GetProperty("body").GetString()!;
    }

    [Theory]
    [InlineData(404, "", false)]
    [InlineData(500, "", false)]
    [InlineData(404, ", \"acceptStatus\": [200, 404]", true)]
    [InlineData(404, ", \"acceptStatus\": [\"2xx\", \"4xx\"]", true)]
    [InlineData(200, ", \"acceptStatus\": [201]", false)]
    public async Task Which_answers_are_a_success_is_said_by_the_payload_and_the_answer_is_kept_either_way(int status, string more, bool isSuccess)
    {
        await using var site = await Site.Start();
        site.Text("/secret?token=x", "no", "text/plain", status);

        var (end, result) = await Ask(site, "/secret?token=x", more);

        Assert.Equal(isSuccess, end.Outcome is AttemptOutcome.Succeeded);
        Assert.Equal((status, "no"), (result.GetProperty("status").GetInt32(), result.GetProperty("body").GetString()));
        if (!isSuccess)
            Assert.StartsWith($"{site.Url} answered {status}", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task JSON_that_is_none_is_a_failure_that_shows_what_came()
    {
        await using var site = await Site.Start();
        site.Text("/", "<oops>", "application/json");

        var (end, result) = await Ask(site, "/");

        Assert.Equal(AttemptOutcome.Failed, end.Outcome);
        Assert.Contains("says that it is JSON, and is not", end.Error, StringComparison.Ordinal);
        Assert.Equal("<oops>", result.GetProperty("body").GetString());
    }

    [Fact]
    public async Task Half_a_character_in_JSON_is_found_here_and_not_by_a_later_step()
    {
        await using var site = await Site.Start();
        site.Text("/", """["\ud800"]""", "application/json");

        Assert.Equal(AttemptOutcome.Failed, (await Ask(site, "/")).End.Outcome);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("gzip")]
    public async Task An_answer_that_is_too_large_is_given_up_packed_or_not(string encoding)
    {
        await using var site = await Site.Start();
        site.On("/", async context =>
        {
            context.Response.ContentType = "text/plain";
            var body = new byte[100_000];
            if (encoding is not "gzip")
            {
                await context.Response.Body.WriteAsync(body);
                return;
            }
            context.Response.Headers.ContentEncoding = "gzip";
            await using var packed = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await packed.WriteAsync(body);
        });

        Assert.Equal("the answer is larger than 1000 bytes", (await Ask(site, "/", ", \"maxResponseBytes\": 1000")).End.Error);
    }

    [Fact]
    public async Task An_answer_that_does_not_fit_into_a_result_is_a_failure_without_its_body()
    {
        await using var site = await Site.Start();
        site.Bytes("/", new byte[900_000], "image/png");

        var (end, result) = await Ask(site, "/");

        Assert.Contains("larger than a result may be", end.Error, StringComparison.Ordinal);
        Assert.Equal((200, JsonValueKind.Null), (result.GetProperty("status").GetInt32(), result.GetProperty("body").ValueKind));
    }

    [Fact]
    public async Task Nobody_listening_is_a_failure_in_words()
    {
        // A port that is taken, so that nobody else listens there meanwhile.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        var (end, _) = await Attempt.Run(Kinds.Http.Execute, $$"""{ "url": "http://{{taken.LocalEndPoint}}/" }""");

        Assert.Contains("Connection refused", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_address_is_refused_with_the_option_that_opens_it()
    {
        var (end, _) = await Attempt.Run(Kinds.Http.Execute, """{ "url": "http://[::1]:7/" }""");

        Assert.Equal("::1 is closed (loopback): requests do not go there; open it with: rein up --allow-address [::1]:7", end.Error);
    }

    static async Task<(EndedReport End, JsonElement Result)> Ask(Site site, string path, string more = "")
    {
        var (end, _) = await Attempt.Run(Kinds.Http.Execute, $$"""{ "url": "{{site.Url}}{{path}}"{{more}} }""");
        return (end, end.Result is { } result ? JsonElement.Parse(result.Span) : default);
    }
}
