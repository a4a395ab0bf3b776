using System.Text;
using System.Text.Json;
using System.Web;
using Rein.System.Tests.Host;
using static Rein.System.Tests.Host.TestServer;

namespace Rein.System.Tests.Dialects;

/// <summary>Asks as the published client of axiom.ai does, and takes its answers apart in the same way.</summary>
static class AxiomClient
{
    const string Api = "/axiom/api/v3";

    /// <param name="more">Fields beside the key.</param>
    /// <param name="key">Null for the first key; empty for none.</param>
    public static Task<Said> Axiom(this TestServer server, string path, string more = "", string? key = null)
    {
        var said = key is "" ? "" : $"\"key\":{JsonSerializer.Serialize(key ?? server.Key)}";
        return server.Ask("POST", Api + path, $"{{{said}{(said.Length > 0 && more.Length > 0 ? "," : "")}{more}}}", key: "");
    }

    /// <summary>A run of a workflow that has a slot.</summary>
    public static async Task<Triggered> Trigger(this TestServer server, string name, string more = "", string? key = null)
    {
        var said = await server.Axiom("/trigger", $"\"name\":{JsonSerializer.Serialize(name)}{more}", key);
        Assert.Equal((200, "OPEN LINK IN BROWSER"), (said.Status, string.Join(',', said.Json.EnumerateObject().Select(field => field.Name))));
        return Triggered.Of(said.Json.GetProperty("OPEN LINK IN BROWSER").GetString()!);
    }

    /// <summary>A run that a worker executes by now.</summary>
    public static async Task<Triggered> TriggerAndBegin(this TestServer server, string kind, string? more = null)
    {
        var run = await server.Trigger(await server.Save(kind, more));
        await server.Client.UntilAssigned(run.Run, "work");
        return run;
    }

    public static Task<Said> RunData(this TestServer server, string name, string? key = null) =>
        server.Axiom("/run-data", $"\"name\":{JsonSerializer.Serialize(name)}", key);

    /// <summary>As the documented request is: no key at all.</summary>
    public static Task<Said> Stop(this TestServer server, Triggered run) => server.Stop(run.Pid, run.Pw);

    public static Task<Said> Stop(this TestServer server, string pid, string pw) =>
        server.Ask("POST", Api + "/stop", $$"""{ "pid": {{JsonSerializer.Serialize(pid)}}, "pw": {{JsonSerializer.Serialize(pw)}} }""", key: "");

    public static string Message(this Said said)
    {
        Assert.Equal(["status", "message"], said.Json.EnumerateObject().Select(field => field.Name));
        Assert.Equal("error", said.Json.GetProperty("status").GetString());
        return said.Json.GetProperty("message").GetString()!;
    }

    /// <summary>The whole answer, as it came.</summary>
    public static string Raw(this Said said) => said.Json.GetRawText();

    public static async Task<HttpResponseMessage> Browse(this TestServer server, HttpMethod method, string address)
    {
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var http = new HttpClient(handler, disposeHandler: false);
        using var request = new HttpRequestMessage(method, new Uri(new Uri(server.Url), address));
        request.Headers.TryAddWithoutValidation("Accept", "text/html,application/xhtml+xml");
        if (method == HttpMethod.Post)
            request.Content = new FormUrlEncodedContent([]);
        return await http.SendAsync(request, HttpCompletionOption.ResponseContentRead, Cancel);
    }
}

/// <param name="Run">What it calls the task.</param>
sealed record Triggered(string Url, string Host, string Pid, string Pw, Guid Run)
{
    /// <summary>Word by word what the published client does: the parameter `host`, what stands behind its first hyphen, and of that the third and fourth letter.</summary>
    public static Triggered Of(string url)
    {
        var query = HttpUtility.ParseQueryString(new Uri(url).Query);
        var host = query["host"]!;
        return new(url, host, host.Split('-')[1].Substring(2, 2), query["password"]!, Guid.Parse(query["taskId"]!));
    }
}
