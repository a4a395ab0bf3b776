using System.Text.Json;
using System.Text.Json.Nodes;
using Rein.Protocol.Workers;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Scripts;

public sealed class ScriptTests(ScriptHost scripts) : IClassFixture<ScriptHost>
{
    [Theory]
    [InlineData("javascript", "return { sum: input.numbers.reduce((a, b) => a + b), text: input.text }")]
    [InlineData("python", "return {'sum': sum(input['numbers']), 'text': input['text']}")]
    public async Task What_the_code_returns_is_the_result(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code, new JsonObject { ["numbers"] = new JsonArray(1, 2, 3.5), ["text"] = "ä€🙂\u0000\u2028\"\\{{x}}" });
        Assert.Equal(AttemptOutcome.Succeeded, end.Outcome);
        Assert.Equal(6.5, Result(end).GetProperty("sum").GetDouble());
        Assert.Equal("ä€🙂\u0000\u2028\"\\{{x}}", Result(end).GetProperty("text").GetString());
    }

    /// <summary>Ours is ended by SIGKILL then; a program that somebody set, as python here, leaves by itself.</summary>
    [Theory]
    [InlineData("javascript", "return 1")]
    [InlineData("python", "return 1")]
    [InlineData("javascript", "throw new Error('no')")]
    public async Task With_its_result_said_its_interpreter_is_dismissed_and_that_is_no_rung_of_a_stop(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Equal((null, 0), (end.Proof.Rung, end.Proof.ExitCode));
        Assert.Empty(end.Proof.Residuals);
    }

    [Theory]
    [InlineData("javascript", "emit(input); emit({ a: [1] }); emit('ü')")]
    [InlineData("python", "emit(input); emit({'a': [1]}); emit('ü')")]
    public async Task What_it_emits_are_items_and_nothing_returned_is_null(string language, string code)
    {
        var (end, items) = await scripts.Run(language, code);
        Assert.Equal(["null", """{"a":[1]}""", "\"ü\""], items.Select(item => item.GetRawText()));
        Assert.Equal("null", Text(end));
    }

    [Theory]
    [InlineData("javascript", "await new Promise(done => setTimeout(done, 5));\nreturn (await import('node:path')).join('a', require('os').EOL.trim(), 'b')")]
    [InlineData("python", "import asyncio\nasync def later():\n    await asyncio.sleep(0.005)\n    return 'a/b'\nreturn asyncio.run(later())")]
    public async Task Libraries_of_the_language_are_there(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code);
        Assert.Equal("\"a/b\"", Text(end));
    }

    [Theory]
    [InlineData("javascript", "return input.length", 3_500_000)]
    [InlineData("python", "return len(input)", 3_500_000)]
    public async Task An_input_may_be_as_large_as_a_payload(string language, string code, int length)
    {
        var (end, _) = await scripts.Run(language, code, new string('x', length));
        Assert.Equal($"{length}", Text(end));
    }

    [Theory]
    [InlineData("javascript", "for (let i = 0; i < 3000; i++) emit({ i, text: 'x'.repeat(1000) }); return 'y'.repeat(1000000)")]
    [InlineData("python", "for i in range(3000): emit({'i': i, 'text': 'x' * 1000})\nreturn 'y' * 1000000")]
    public async Task Many_items_and_a_large_result_arrive_whole_and_in_order(string language, string code)
    {
        var (end, items) = await scripts.Run(language, code);
        Assert.Equal(AttemptOutcome.Succeeded, end.Outcome);
        Assert.Equal(Enumerable.Range(0, 3000), items.Select(item => item.GetProperty("i").GetInt32()));
        Assert.Equal(1_000_002, Text(end).Length);
    }

    [Theory]
    [InlineData("javascript", "for (let i = 0; i < 10; i++) console.log('x'.repeat(1 << 20)); console.error('e'); return 'done'")]
    [InlineData("python", "import sys\nfor i in range(10): print('x' * (1 << 20))\nprint('e', file=sys.stderr)\nreturn 'done'")]
    public async Task Ten_megabytes_of_print_are_log_and_no_result(string language, string code)
    {
        await using var one = scripts.Begin(language, code);
        Assert.Equal("\"done\"", Text(await one.End()));
        Assert.Empty(one.Items);
        Assert.Equal((10 * ((1 << 20) + 1)) + 2, one.Log.Length);
    }

    [Theory]
    [InlineData("javascript", "return Object.keys(process.env).sort()")]
    [InlineData("python", "import os\nreturn sorted(os.environ)")]
    public async Task It_has_no_environment_of_the_worker(string language, string code)
    {
        Environment.SetEnvironmentVariable("REIN_SECRET_KEY_OF_A_TEST", "x");
        var (end, _) = await scripts.Run(language, code);
        // REIN_ATTEMPT is what it is found by. The shell that holds it until it is contained adds PWD, and Python LC_CTYPE where the system has no such locale.
        Assert.Equal(["HOME", "LANG", "PATH", "REIN_ATTEMPT", "TMPDIR"], Result(end).EnumerateArray().Select(one => one.GetString()).Except(["PWD", "LC_CTYPE"]));
    }

    [Theory]
    [InlineData("javascript", "const fs = require('fs'); fs.writeFileSync('a', 'x'); fs.mkdirSync('b/c', { recursive: true }); fs.chmodSync('b', 0); return [process.cwd(), process.env.HOME, require('os').tmpdir()]")]
    [InlineData("python", "import os, tempfile\nopen('a', 'w').write('x')\nos.makedirs('b/c')\nos.chmod('b', 0)\nreturn [os.getcwd(), os.environ['HOME'], tempfile.gettempdir()]")]
    public async Task It_works_in_an_empty_folder_of_its_own_that_is_gone_with_it(string language, string code)
    {
        var (end, _) = await scripts.Run(language, code);
        var folder = Assert.Single(Result(end).EnumerateArray().Select(one => one.GetString()!).Distinct());
        Assert.Equal(scripts.Folder, Path.GetDirectoryName(folder));
        Assert.False(Directory.Exists(folder));
        Assert.Empty(end.Proof.Residuals);
    }

    static string Text(EndedReport end) => end.Error is { } error ? throw new InvalidOperationException(error) : System.Text.Encoding.UTF8.GetString(end.Result!.Value.Span);

    static JsonElement Result(EndedReport end) => JsonElement.Parse(Text(end));
}
