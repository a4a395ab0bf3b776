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

    [Theory]
    [InlineData(NetworkRule.Deny, false)]
    [InlineData(NetworkRule.Allow, true)]
    public async Task It_reaches_no_network_where_that_can_be_taken_away(NetworkRule rule, bool reaches)
    {
        string? told = null;
        await using var other = new ScriptHost(options => options with { Network = rule, Say = words => told = words });
        await using var site = await Site.Start();
        var (end, _) = await other.Run("python", "import socket\ntry:\n  socket.create_connection(('127.0.0.1', input), 5).close()\n  return True\nexcept OSError:\n  return False", site.Port);
        Assert.Equal(reaches || told is not null ? "true" : "false", System.Text.Encoding.UTF8.GetString(end.Result!.Value.Span));
    }

    static string Said(EndedReport end) => JsonSerializer.Deserialize(end.Result!.Value.Span, ScriptJson.Default.ScriptFault)!.Code;
}
