using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol.Workers;
using Rein.Steps.Scripts;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Scripts;

public sealed class ScriptFailureTests(ScriptHost scripts) : IClassFixture<ScriptHost>
{
    [Theory]
    [InlineData("javascript", "const a = 1;\nconst b = ;", "syntax", "SyntaxError: Unexpected token ';' (line 2)", 2)]
    [InlineData("python", "a = 1\nb = = 2", "syntax", "SyntaxError: invalid syntax (script.py, line 2) (line 2)", 2)]
    [InlineData("javascript", "const a = 1;\nfunction f() {\n  throw new TypeError('no ä')\n}\nf()", "exception", "TypeError: no ä (line 3)", 3)]
    [InlineData("python", "a = 1\ndef f():\n  raise KeyError('no ä')\nf()", "exception", "KeyError: 'no ä' (line 3)", 3)]
    [InlineData("javascript", "setTimeout(() => { throw new Error('late') }, 1);\nawait new Promise(() => {})", "exception", "Error: late (line 1)", 1)]
    [InlineData("javascript", "throw null", "exception", "null", null)]
    [InlineData("javascript", "return () => 1", "bad_result", "TypeError: its result is a function, which JSON has no words for", null)]
    [InlineData("javascript", "const a = {}; a.a = a; return a", "bad_result", "TypeError: Converting circular structure", null)]
    [InlineData("python", "return {1, 2}", "bad_result", "TypeError: Object of type set is not JSON serializable", null)]
    [InlineData("python", "return float('nan')", "bad_result", "ValueError: Out of range float values", null)]
    [InlineData("python", "return '\\ud800'", "bad_result", "UnicodeEncodeError: ", null)]
    [InlineData("javascript", "return 'x'.repeat(1 << 20)", "too_large", "its result has at most 1048576 bytes as JSON; this one has 1048578", null)]
    [InlineData("python", "return 'x' * (1 << 20)", "too_large", "its result has at most 1048576 bytes as JSON; this one has 1048578", null)]
    [InlineData("javascript", "emit('x'.repeat(1 << 20))", "too_large", "an item has at most 1048576 bytes as JSON; this one has 1048578", 1)]
    [InlineData("python", "emit('x' * (1 << 20))", "too_large", "an item has at most 1048576 bytes as JSON; this one has 1048578", 1)]
    [InlineData("javascript", "let a = 0; for (let i = 0; i < 100; i++) a = [a]; return a", "bad_result", "nested at most 60 deep", null)]
    [InlineData("python", "a = 0\nfor i in range(100): a = [a]\nemit(a)", "bad_item", "An item is one JSON value", null)]
    public async Task What_is_wrong_with_the_code_is_said_with_a_word_and_a_line(string language, string code, string word, string error, int? line)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Equal(AttemptOutcome.Failed, end.Outcome);
        Assert.Contains(error, end.Error, StringComparison.Ordinal);
        Assert.Equal((word, line), (Said(end).Code, Said(end).Line));
    }

    [Theory]
    [InlineData("javascript", "process.exit(3)", 3, "it exited with 3 before it returned")]
    [InlineData("python", "import sys\nsys.exit(3)", 3, "it exited with 3 before it returned")]
    [InlineData("python", "import os\nos._exit(0)", 0, "it ended without returning")]
    [InlineData("javascript", "await new Promise(() => {})", null, "it e")]
    [InlineData("javascript", "process.kill(process.pid, 'SIGSEGV'); for (;;) {}", 139, "it was ended by signal 11 before it returned")]
    [InlineData("python", "import os\nos.write(2, b'the reason')\nos.abort()", 134, "it was ended by signal 6 before it returned")]
    [InlineData("python", "import sys\nsys.exit('my own words')", 1, "it exited with 1 before it returned")]
    public async Task Code_that_ends_without_a_result_has_failed(string language, string code, int? exitCode, string error)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Equal(AttemptOutcome.Failed, end.Outcome);
        Assert.StartsWith(error, end.Error, StringComparison.Ordinal);
        Assert.Equal("no_result", Said(end).Code);
        if (exitCode is not null)
            Assert.Equal(exitCode, Said(end).ExitCode);
    }

    [Theory]
    [InlineData("javascript", "const a = []; for (;;) a.push({ a: a.length })")]
    [InlineData("javascript", "const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1))")]
    [InlineData("python", "a = []\nwhile True: a.append(bytes(1 << 20))")]
    [InlineData("python", "return bytes(1 << 40)")]
    public async Task Memory_has_a_limit(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code, more: new JsonObject { ["memoryMb"] = 64 });
        Assert.Equal("out_of_memory", Said(end).Code);
    }

    [Theory]
    [InlineData("javascript", "let a; for (let i = 0; i < 3000; i++) a = Buffer.alloc(1 << 20, 1); const b = []; for (let i = 0; i < 100; i++) b.push(Buffer.alloc(1 << 20, 1)); return b.length")]
    [InlineData("python", "for i in range(3000): a = bytes(1 << 20)\nreturn len([bytes(1 << 20) for i in range(100)])")]
    public async Task Memory_that_it_gives_back_or_was_promised_is_there(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code, more: new JsonObject { ["memoryMb"] = 128 });
        Assert.Null(end.Error);
    }

    [Fact]
    public async Task A_language_that_nobody_set_up_and_a_program_that_is_missing_are_named()
    {
        var (unknown, _) = await scripts.Run("ruby", "1");
        Assert.Equal("no interpreter is set for 'ruby' here; set one with: --script-interpreter ruby=PROGRAM (known: javascript, python)", unknown.Error);
        await using var other = new ScriptHost(options => options with { Interpreters = ScriptOptions.ParseInterpreters(["python=no-such-python", "ruby=/no/such/ruby -x"]) });
        Assert.Equal(
            "python needs no-such-python, which is not installed here; install it, or name another with: --script-interpreter python=PROGRAM",
            (await other.Run("python", "1")).End.Error);
        var (missing, _) = await other.Run("ruby", "1");
        Assert.Equal(("no_interpreter", true), (Said(missing).Code, missing.Error!.Contains("ruby needs /no/such/ruby")));
    }

    [Fact]
    public async Task A_program_that_is_no_interpreter_is_said_to_be_none_with_its_last_words()
    {
        await using var other = new ScriptHost(options => options with { Interpreters = ScriptOptions.ParseInterpreters(["ls=ls /no/such/folder", "echo=echo nothing"]) });
        var (ended, _) = await other.Run("ls", "1");
        Assert.Matches("^ls /no/such/folder ended before it took its script: .*ls: .*/no/such/folder", ended.Error);
        Assert.Equal("not_started", Said(ended).Code);
        Assert.Equal("echo nothing ended before it took its script", (await other.Run("echo", "1")).End.Error);
    }

    [Theory]
    [InlineData("import os, time\nos.write(2, b'no word')\nos.close(5)\ntime.sleep(600)", "ended before it took its script: no word")]
    [InlineData("import os, time\nos.write(2, b'no word')\nos.write(5, b'\\0\\0\\0\\0?')\ntime.sleep(600)", "ended before it took its script: no word")]
    // Its first thread, by which it is known, is over; nobody can see any more what memory it has.
    [InlineData("""
        import ctypes, os, platform, threading, time
        def begin():
            while b'State:\tZ' not in open('/proc/self/status', 'rb').read(): time.sleep(0.001)
            os.write(5, b'\0\0\0\0b')
            time.sleep(600)
        threading.Thread(target=begin).start()
        ctypes.CDLL(None).syscall(60 if platform.machine() == 'x86_64' else 93, 0)
        """, "the memory of ")]
    public async Task A_program_that_stays_without_taking_its_script_as_it_should_is_ended(string code, string error)
    {
        var program = Path.Combine(Directory.CreateTempSubdirectory("rein-stays-").FullName, "stays");
        await File.WriteAllTextAsync(program, code.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        await using var other = new ScriptHost(options => options with { Interpreters = ScriptOptions.ParseInterpreters([$"stays=python3 {program}"]) });
        var (end, _) = await other.Run("stays", "1");
        Assert.Contains(error, end.Error, StringComparison.Ordinal);
        Assert.Equal("not_started", Said(end).Code);
        Directory.Delete(Path.GetDirectoryName(program)!, recursive: true);
    }

    [Theory]
    [InlineData("ruby")]
    [InlineData("=ruby")]
    [InlineData("ruby= ")]
    [InlineData("Ruby=ruby")]
    [InlineData("a=b", "a=c")]
    public void A_setting_that_names_no_interpreter_is_refused(params string[] said) =>
        Assert.Throws<FormatException>(() => ScriptOptions.ParseInterpreters(said));

    static ScriptFault Said(EndedReport end) => JsonSerializer.Deserialize(end.Result!.Value.Span, ScriptJson.Default.ScriptFault)!;
}
