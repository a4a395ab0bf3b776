using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Rein.System.Tests.Cli;
using Rein.System.Tests.Host;

namespace Rein.System.Tests.Examples;

/// <summary>The definitions of examples/workflows/, as they stand there, on real input: files of the test, the server's own pages, a service that calls back.</summary>
public sealed partial class WorkflowExampleTests(ExampleServer server) : IClassFixture<ExampleServer>
{
    readonly TestCli cli = server.Cli;

    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Inventory_lists_every_file_with_its_digest()
    {
        var folder = Folder(("a.txt", "one"), ("in/b.txt", "two"));
        var run = await Watched(0, "inventory", $"folder={folder}");
        var items = (await cli.Run("items", run)).Output;
        Assert.Contains($"{Convert.ToHexStringLower(SHA256.HashData("one"u8))}  {folder}/a.txt", items);
        Assert.Contains($"{Convert.ToHexStringLower(SHA256.HashData("two"u8))}  {folder}/in/b.txt", items);
    }

    [Fact]
    public async Task Site_titles_collects_the_headings_of_a_site()
    {
        var run = await Watched(0, "site-titles", $"site={server.Url}/docs/");
        Assert.Contains("\"heading\":\"Rein, the documentation\"", (await cli.Run("items", run)).Output);
        Assert.Contains(" pages read, 0 not", (await cli.Run("logs", run)).Output);
    }

    [Theory]
    [InlineData("healthz", "is up: 200")]
    [InlineData("v1/runs", "is not well: 401")]
    public async Task Is_it_up_says_how_a_service_answers(string path, string says)
    {
        var run = await Watched(0, "is-it-up", $"url={server.Url}/{path}");
        Assert.Contains(says, (await cli.Run("logs", run)).Output);
    }

    [Fact]
    public async Task Is_it_up_fails_where_nobody_answers() => await Watched(1, "is-it-up", "url=http://127.0.0.1:9/");

    [Fact]
    public async Task Check_links_collects_those_that_do_not_answer_well()
    {
        var urls = JsonSerializer.Serialize(new { urls = new[] { $"{server.Url}/v1/runs", $"{server.Url}/healthz", "http://127.0.0.1:9/" } });
        var said = await cli.Run("start", "--file", FileOf("check-links"), "--input-json", urls, "--watch");
        Assert.True(said.Code == 0, said.Output + said.Errors);
        Assert.Equal($$"""{"url":"{{server.Url}}/v1/runs"}""" + "\n" + """{"url":"http://127.0.0.1:9/"}""", (await cli.Run("items", said.Output.Split('\n')[0])).Line);
    }

    [Theory]
    [InlineData("approve", false, "deleted, as key:admin said")]
    [InlineData("reject", true, "kept, as key:admin said: still needed")]
    public async Task Ask_before_deleting_deletes_nothing_that_nobody_approved(string answer, bool isKept, string says)
    {
        var folder = Folder(("old", "1"), ("new", "2"));
        var old = Path.Combine(folder, "old");
        File.SetLastWriteTimeUtc(old, DateTime.UnixEpoch);
        var run = await Started("ask-before-deleting", $"folder={folder}", "days=30");
        await UntilAsked(run);
        Assert.Equal(old, (await cli.Run("items", run)).Line);
        Assert.Equal(0, (await cli.Run(answer, run, "ask", "--note", "still needed")).Code);
        await cli.Run("watch", run);
        Assert.Contains(says, (await cli.Run("logs", run)).Output);
        Assert.Equal((isKept, true), (File.Exists(old), File.Exists(Path.Combine(folder, "new"))));
    }

    [Fact]
    public async Task Pack_folder_leaves_a_whole_archive()
    {
        var (folder, archive) = (Folder(("a.txt", "one")), Path.Combine(cli.Data, Path.GetRandomFileName()));
        var run = await Watched(0, "pack-folder", $"folder={folder}", $"archive={archive}");
        Assert.Contains("./a.txt", (await cli.Run("items", run)).Output);
        Assert.Equal((true, false), (File.Exists(archive), File.Exists(archive + ".part")));
    }

    [Fact]
    public async Task Pack_folder_leaves_nothing_when_it_is_stopped()
    {
        var archive = Path.Combine(cli.Data, Path.GetRandomFileName());
        var run = await Started("pack-folder", "folder=/", $"archive={archive}");
        await FileIsThere(archive + ".part");
        Assert.Equal(0, (await cli.Run("stop", run, "--wait", "30s")).Code);
        Assert.Equal((false, false), (File.Exists(archive), File.Exists(archive + ".part")));
    }

    [Fact]
    public async Task Wait_for_callback_goes_on_when_the_service_calls()
    {
        using var shop = new Shop();
        var run = await Watched(0, "wait-for-callback", $"service={shop.Url}", $"rein={server.Url}", "order=7");
        Assert.Equal(HttpStatusCode.OK, await shop.Called);
        Assert.Contains("order 7 is paid: R-1", (await cli.Run("logs", run)).Output);
    }

    [Fact]
    public async Task Order_total_adds_up_by_customer()
    {
        using var shop = new Shop();
        var run = await Watched(0, "order-total", $"orders={shop.Url}");
        Assert.Equal("{\"customer\":\"ada\",\"total\":8}\n{\"customer\":\"bo\",\"total\":4}", (await cli.Run("items", run)).Line);
        Assert.Contains("2 customers, 12 in all", (await cli.Run("logs", run)).Output);
    }

    [Fact]
    public async Task Two_inventories_are_two_runs_and_what_differs()
    {
        await cli.Run("workflows", "save", "inventory", FileOf("inventory"));
        var (before, after) = (Folder(("a.txt", "one")), Folder(("a.txt", "two")));
        var run = await Watched(0, "two-inventories", $"before={before}", $"after={after}");
        Assert.Equal($"Files {before}/a.txt and {after}/a.txt differ", (await cli.Run("items", run)).Line);
        Assert.Equal(2, JsonElement.Parse((await cli.Run("runs", "--workflow", "inventory", "--json")).Output).GetProperty("runs").GetArrayLength());
    }

    /// <summary>As it stands there but for its time, which nobody waits for.</summary>
    [Fact]
    public async Task Ask_before_deleting_forgets_what_nobody_has_answered()
    {
        var folder = Folder(("old", "1"));
        File.SetLastWriteTimeUtc(Path.Combine(folder, "old"), DateTime.UnixEpoch);
        var run = await Watched(0, Hurried("ask-before-deleting", "ask"), $"folder={folder}", "days=30");
        Assert.Contains("kept: nobody has answered", (await cli.Run("logs", run)).Output);
        Assert.True(File.Exists(Path.Combine(folder, "old")));
    }

    [Fact]
    public async Task Wait_for_callback_says_what_was_not_paid_in_time()
    {
        using var shop = new Shop(callsBack: false);
        var run = await Watched(0, Hurried("wait-for-callback", "paid"), $"service={shop.Url}", $"rein={server.Url}", "order=7");
        Assert.Contains("order 7 was not paid within an hour", (await cli.Run("logs", run)).Output);
    }

    [Fact]
    public void Every_example_is_listed_with_what_it_does()
    {
        var listed = File.ReadLines(Path.Combine(Repository.Root, "examples", "workflows", "README.md"))
            .Select(line => Row().Match(line)).Where(row => row.Success).Select(row => row.Groups[1].Value);
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, "examples", "workflows"), "*.json").Select(file => Path.GetFileName(file));
        Assert.Equal(files.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| \[[a-z-]+\]\(([a-z-]+\.json)\) \| .+ \| .+ \|$")]
    private static partial Regex Row();

    string Hurried(string example, string step)
    {
        var definition = JsonNode.Parse(File.ReadAllText(FileOf(example)))!;
        definition["nodes"]![step]!["payload"]!["timeoutMs"] = 1;
        return Path.ChangeExtension(cli.Write($"{example}.json", definition.ToJsonString()), null);
    }

    static string FileOf(string example) => Path.Combine(Repository.Root, "examples", "workflows", example + ".json");

    async Task<string> Started(string example, params string[] inputs) => (await Start([], example, inputs)).Line;

    /// <summary>A run that was watched to its end.</summary>
    async Task<string> Watched(int code, string example, params string[] inputs)
    {
        var said = await Start(["--watch"], example, inputs);
        Assert.True(said.Code == code, said.Output + said.Errors);
        return said.Output.Split('\n')[0];
    }

    Task<Said> Start(string[] options, string example, string[] inputs) =>
        cli.Run(["start", "--file", FileOf(example), .. options, .. inputs.SelectMany(input => new[] { "--input", input })]);

    async Task UntilAsked(string run)
    {
        using var watching = cli.Start("watch", run);
        while (await watching.StandardOutput.ReadLineAsync(Cancel) is { } line && !line.Contains("ask", StringComparison.Ordinal)) { }
        watching.Kill();
    }

    static async Task FileIsThere(string file)
    {
        using var seen = new SemaphoreSlim(0);
        using var watcher = new FileSystemWatcher(Path.GetDirectoryName(file)!, Path.GetFileName(file));
        watcher.Created += (_, _) => seen.Release();
        watcher.EnableRaisingEvents = true;
        if (!File.Exists(file))
            await seen.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    string Folder(params (string Name, string Text)[] files)
    {
        var folder = Directory.CreateDirectory(Path.Combine(cli.Data, Path.GetRandomFileName())).FullName;
        foreach (var (name, text) in files)
        {
            var file = Path.Combine(folder, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }
        return folder;
    }
}
