using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Rein.Protocol.Workers;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Http;

public sealed class RedirectTests
{
    [Theory]
    [InlineData(301, "GET")]
    [InlineData(302, "GET")]
    [InlineData(303, "GET")]
    [InlineData(307, "POST b")]
    [InlineData(308, "POST b")]
    public async Task A_POST_is_fetched_or_sent_again_as_the_redirect_says(int status, string asked)
    {
        await using var site = await Site.Start();
        site.Sends("/a", "/b", status).On("/b", Echo);

        Assert.Equal(asked, await Body($$"""{ "url": "{{site.Url}}/a", "method": "POST", "body": "b" }"""));
    }

    [Fact]
    public async Task Another_origin_is_told_no_secrets()
    {
        await using var other = await Site.Start();
        await using var site = await Site.Start();
        other.On("/", context => context.Response.WriteAsync($"[{context.Request.Headers.Authorization}{context.Request.Headers["X-Key"]}] {context.Request.Headers.Accept}"));
        site.Sends("/", other.Url);

        Assert.Equal("[] a/b", await Body($$"""{ "url": "{{site.Url}}/", "headers": { "Authorization": "s", "X-Key": "s", "Accept": "a/b" } }"""));
    }

    [Fact]
    public async Task The_same_origin_is()
    {
        await using var site = await Site.Start();
        site.Sends("/", "/b").On("/b", context => context.Response.WriteAsync(context.Request.Headers["X-Key"]!));

        Assert.Equal("s", await Body($$"""{ "url": "{{site.Url}}/", "headers": { "X-Key": "s" } }"""));
    }

    [Theory]
    [InlineData("http://127.0.0.2:1/", "127.0.0.2 is closed (loopback)")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "169.254.169.254 is closed (link-local")]
    [InlineData("http://[::ffff:10.0.0.1]/", "10.0.0.1 is closed (private)")]
    [InlineData("file:///etc/passwd", "redirects to file:")]
    [InlineData("http://user:word@127.0.0.1/", "which is not followed")]
    public async Task A_redirect_opens_nothing(string to, string says)
    {
        await using var site = await Site.Start();
        site.Sends("/", to);

        Assert.Contains(says, (await Attempt.Run(Kinds.Http.Execute, $$"""{ "url": "{{site.Url}}/" }""")).End.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circle_ends()
    {
        await using var site = await Site.Start();
        site.Sends("/a", "/b").Sends("/b", "/a");

        var (end, _) = await Attempt.Run(Kinds.Http.Execute, $$"""{ "url": "{{site.Url}}/a", "maxRedirects": 3 }""");

        Assert.Equal((AttemptOutcome.Failed, 4), (end.Outcome, site.Asked.Count));
        Assert.StartsWith("it is redirected more than 3 times", end.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_none_is_followed_the_redirect_is_the_answer()
    {
        await using var site = await Site.Start();
        site.Sends("/", "/b");

        var (end, _) = await Attempt.Run(Kinds.Http.Execute, $$"""{ "url": "{{site.Url}}/", "maxRedirects": 0, "acceptStatus": ["3xx"] }""");

        Assert.Equal("/b", JsonElement.Parse(end.Result!.Value.Span).GetProperty("headers").GetProperty("location").GetString());
        Assert.Single(site.Asked);
    }

    static async Task Echo(HttpContext context) =>
        await context.Response.WriteAsync($"{context.Request.Method} {await new StreamReader(context.Request.Body).ReadToEndAsync()}".Trim());

    static async Task<string?> Body(string payload)
    {
        var (end, _) = await Attempt.Run(Kinds.Http.Execute, payload);
        Assert.Null(end.Error);
        return JsonElement.Parse(end.Result!.Value.Span).GetProperty("body").GetString();
    }
}
