using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol.Workers;
using Rein.Steps.Scripts;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Scripts;

/// <summary>Code that does what it should not. Whatever it does to its own process, the worker knows how it ended, and nothing of it is left.</summary>
[Trait("hazard", "H5")]
public sealed class HostileScriptTests(ScriptHost scripts) : IClassFixture<ScriptHost>
{
    [Theory]
    [InlineData("javascript", "require('fs').closeSync(5); emit(1)")]
    [InlineData("javascript", "for (let fd = 0; fd < 10; fd++) try { require('fs').closeSync(fd) } catch {}\nreturn 1")]
    [InlineData("python", "import os\nos.closerange(0, 100)\nreturn 1")]
    [InlineData("python", "import os, time\nos.close(5)\ntime.sleep(600)")]
    public async Task Code_that_closes_its_descriptors_has_no_result(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Equal((AttemptOutcome.Failed, "no_result"), (end.Outcome, Said(end)));
    }

    [Theory]
    [InlineData("javascript", "require('fs').writeSync(5, Buffer.from([0, 0, 0, 1, 114, 49, 0, 0, 0, 1, 114, 50])); return 3", "1")]
    [InlineData("python", "import os\nos.write(5, b'\\0\\0\\0\\x01r1\\0\\0\\0\\x01r2')\nreturn 3", "1")]
    public async Task Of_several_results_the_first_counts(string language, string code, string result)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Equal((AttemptOutcome.Succeeded, result), (end.Outcome, System.Text.Encoding.UTF8.GetString(end.Result!.Value.Span)));
    }

    [Theory]
    [InlineData("import os\nos.write(5, b'nothing that anybody would understand')\nreturn 1", "no_result")]
    [InlineData("import os\nos.write(5, b'\\0\\0\\0\\0?')\nreturn 1", "bad_result")]
    [InlineData("import os\nos.write(5, b'\\0\\0\\0\\x01r{')\nreturn 1", "bad_result")]
    [InlineData("import os\nos.write(5, b'\\0\\0\\0\\x02e[]')\nreturn 1", "exception")]
    [InlineData("import os\nos.write(5, b'\\0\\0\\0\\x01i{')\nreturn 1", "bad_item")]
    [InlineData("import os\nsaid = (1 + (1 << 20)).to_bytes(4, 'big') + b'r' + b'1' * (1 + (1 << 20))\nwhile said: said = said[os.write(5, said):]\nreturn 1", "too_large")]
    public async Task What_is_no_answer_is_no_success(string code, string word)
    {
        var (end, _) = await scripts.Run("python", code);
        Assert.Equal((AttemptOutcome.Failed, word), (end.Outcome, Said(end)));
    }

    [Theory]
    [InlineData("javascript", "const { spawn } = require('child_process');\nfor (let i = 0; i < 3; i++) spawn('setsid', ['sleep', '600'], { detached: true, stdio: 'inherit', env: {} }).unref();\nreturn process.pid")]
    [InlineData("python", "import os, signal, time\nfor i in range(3):\n  if os.fork() == 0:\n    os.setsid()\n    if os.fork() == 0:\n      signal.signal(signal.SIGTERM, signal.SIG_IGN)\n      time.sleep(600)\n    os._exit(0)\nreturn os.getpid()")]
    [InlineData("python", "import os\nfor i in range(3): os.fork()\nreturn os.getpid()")]
    public async Task Children_do_not_outlive_it(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Equal((AttemptOutcome.Succeeded, 0), (end.Outcome, end.Proof.Residuals.Count));
        Assert.Empty(Directory.EnumerateFileSystemEntries(scripts.Folder));
        Assert.DoesNotContain(Directory.EnumerateDirectories("/proc"), HasItsFolder);
    }

    /// <summary>Whoever it started stands where it stood.</summary>
    bool HasItsFolder(string process)
    {
        try
        {
            return new FileInfo(Path.Combine(process, "cwd")).LinkTarget?.StartsWith(scripts.Folder, StringComparison.Ordinal) is true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    [Theory]
    [InlineData("javascript", "JSON.stringify = () => '{'; Buffer.from = null; process.reallyExit = () => {}; console.log = null; return { a: 1 }")]
    [InlineData("python", "import json, os, sys\njson.dumps = os.write = os._exit = None\nsys.stdout = sys.stderr = None\nreturn {'a': 1}")]
    public async Task Code_that_changes_its_library_changes_no_answer(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Null(end.Error);
        Assert.Equal("""{"a":1}""", System.Text.Encoding.UTF8.GetString(end.Result!.Value.Span));
    }

    /// <summary>Whether it reaches a server of this machine, and whether it knows a way out of it.</summary>
    static readonly Dictionary<string, string> Reaching = new()
    {
        ["javascript"] = """
            const tcp = await new Promise(done => require('net').connect(input, '127.0.0.1').on('connect', function () { this.destroy(); done(true); }).on('error', () => done(false)));
            const udp = require('dgram').createSocket('udp4').on('error', () => {});
            const out = await new Promise(done => udp.connect(9, '192.0.2.1', error => done(!error)));
            udp.close();
            return [tcp, out]
            """,
        ["python"] = """
            import socket
            def reaches(kind, address):
                with socket.socket(socket.AF_INET, kind) as one:
                    try:
                        return one.connect(address) is None
                    except OSError:
                        return False
            return [reaches(socket.SOCK_STREAM, ('127.0.0.1', input)), reaches(socket.SOCK_DGRAM, ('192.0.2.1', 9))]
            """,
    };

    [Theory]
    [InlineData(NetworkRule.Deny, "javascript")]
    [InlineData(NetworkRule.Deny, "python")]
    [InlineData(NetworkRule.Require, "javascript")]
    [InlineData(NetworkRule.Require, "python")]
    [InlineData(NetworkRule.Allow, "javascript")]
    [InlineData(NetworkRule.Allow, "python")]
    public async Task It_reaches_no_network_where_that_can_be_taken_away_whether_it_was_started_for_this_or_waited(NetworkRule rule, string language)
    {
        string? told = null;
        await using var other = new ScriptHost(options => options with { Network = rule, Warm = 1, Say = words => told = words });
        await using var site = await Site.Start();
        var (cold, _) = await other.Run(language, Reaching[language], site.Port);
        if (rule is NetworkRule.Require && cold.Outcome is AttemptOutcome.Failed)
        {
            Assert.Equal("no_isolation", Said(cold));
            return;
        }
        await other.Step.Filled();
        Assert.Equal(1, other.Step.Waiting);
        var (warm, _) = await other.Run(language, Reaching[language], site.Port);

        Assert.True(told is null || rule is NetworkRule.Deny);
        foreach (var end in new[] { cold, warm })
        {
            var (reaches, knowsAWay) = JsonSerializer.Deserialize<bool[]>(end.Result!.Value.Span) is [var tcp, var udp] ? (tcp, udp) : default;
            Assert.Equal(rule is NetworkRule.Allow || told is not null, reaches);
            Assert.True(reaches || !knowsAWay);
        }
    }

    static string Said(EndedReport end) => JsonSerializer.Deserialize(end.Result!.Value.Span, ScriptJson.Default.ScriptFault)!.Code;
}
