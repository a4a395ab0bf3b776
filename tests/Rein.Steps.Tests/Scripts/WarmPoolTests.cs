using System.Text;
using System.Text.Json.Nodes;
using Rein.Protocol.Workers;
using Rein.Steps.Scripts;
using Rein.Steps.Tests.Host;

namespace Rein.Steps.Tests.Scripts;

public sealed class WarmPoolTests
{
    [Theory]
    [InlineData("javascript", "const seen = globalThis.seen; globalThis.seen = true; return [process.pid, seen === undefined, require('fs').readdirSync('.').length]")]
    [InlineData("python", "import os, sys\nseen = hasattr(sys, 'seen')\nsys.seen = True\nreturn [os.getpid(), not seen, len(os.listdir('.'))]")]
    public async Task Each_interpreter_is_used_once_warm_or_not(string language, string code)
    {
        await using var scripts = new ScriptHost(options => options with { Warm = 2 });
        var processes = new HashSet<int>();
        for (var i = 0; i < 4; i++)
        {
            Assert.Equal(i == 0 ? 0 : 2, scripts.Step.Waiting);
            var (end, _) = await scripts.Run(language, code);
            var result = JsonNode.Parse(end.Result!.Value.Span)!.AsArray();
            Assert.True(processes.Add((int)result[0]!), "an interpreter was used twice");
            Assert.Equal((true, 0), ((bool)result[1]!, (int)result[2]!));
            await scripts.Step.Filled();
        }
    }

    [Fact]
    public async Task Two_scripts_at_once_never_share_one()
    {
        await using var scripts = new ScriptHost(options => options with { Warm = 1 });
        await scripts.Run("python", "return 1");
        await scripts.Step.Filled();
        await using var first = scripts.Begin("python", "import os, time\nemit(os.getpid())\ntime.sleep(600)");
        await first.Said;
        await using var second = scripts.Begin("python", "import os\nemit(os.getpid())");
        Assert.Equal(AttemptOutcome.Succeeded, (await second.End()).Outcome);
        Assert.NotEqual(Assert.Single(first.Items).GetInt32(), Assert.Single(second.Items).GetInt32());
        Assert.Equal(AttemptOutcome.Stopped, (await first.Stop()).Outcome);
    }

    [Fact]
    public async Task None_waits_before_the_kind_is_used_or_after_it_was_not_used_for_a_while()
    {
        var time = new HandTime();
        await using var scripts = new ScriptHost(options => options with { Warm = 3 }, time: time);
        Assert.Equal(0, scripts.Step.Waiting);
        await scripts.Run("python", "return 1");
        await time.Begun(WarmPool.Pause);
        Assert.Equal(0, scripts.Step.Waiting);
        time.Pass(WarmPool.Pause);
        await scripts.Step.Filled();
        Assert.Equal(3, scripts.Step.Waiting);
        time.Pass(WarmPool.Idle);
        Assert.Equal(0, scripts.Step.Waiting);
    }

    [Fact]
    public async Task They_end_with_the_worker_and_leave_no_folder()
    {
        await using var scripts = new ScriptHost(options => options with { Warm = 3 });
        await scripts.Run("python", "return 1");
        await scripts.Step.Filled();
        Assert.Equal(3, Directory.GetFileSystemEntries(scripts.Folder).Length);
        await scripts.Step.DisposeAsync();
        Assert.Empty(Directory.GetFileSystemEntries(scripts.Folder));
    }

    /// <summary>The first script gets its answer; whoever begins after that is never ready.</summary>
    [Fact]
    public async Task One_that_never_gets_ready_holds_up_neither_a_stop_nor_the_end_of_the_worker()
    {
        const string Host = """
            if (-e "$0.used") { sleep 600 } open(my $used, '>', "$0.used"); close $used;
            open(my $in, '<&=', 4); open(my $out, '>&=', 5); $out->autoflush(1);
            print $out pack('N', 0), 'b'; read($in, my $length, 4); print $out pack('N', 1), 'r1';
            """;
        using var folder = new Folder();
        var program = Path.Combine(folder.Path, "deaf");
        await File.WriteAllTextAsync(program, Host.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        await using var scripts = new ScriptHost(options => options with { Warm = 1, Interpreters = ScriptOptions.ParseInterpreters([$"deaf=perl {program}"]) });
        Assert.Null((await scripts.Run("deaf", "1")).End.Error);
        await using (var second = scripts.Begin("deaf", "1"))
            Assert.Equal(AttemptOutcome.Stopped, (await second.Stop()).Outcome);
        Assert.False(scripts.Step.Filled().IsCompleted);
        await scripts.Step.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Other_memories_and_languages_have_their_own_and_never_more_than_eight_sorts_wait()
    {
        await using var scripts = new ScriptHost(options => options with { Warm = 1 });
        for (var memory = 100; memory < 110; memory++)
        {
            await scripts.Run("python", "return 1", more: new JsonObject { ["memoryMb"] = memory });
            await scripts.Step.Filled();
        }
        Assert.Equal(8, scripts.Step.Waiting);
    }

    [Fact]
    public async Task One_that_died_while_it_waited_is_not_taken()
    {
        // Without a namespace between them, or one script could not end what waits for another.
        await using var scripts = new ScriptHost(options => options with { Warm = 1, Network = NetworkRule.Allow });
        await scripts.Run("python", "return 1");
        await scripts.Step.Filled();
        var (other, _) = await scripts.Run("javascript", """
            const { readdirSync, readlinkSync } = require('fs'), path = require('path');
            let found = 0;
            for (const pid of readdirSync('/proc').filter(name => /^\d+$/.test(name))) {
              try {
                if (path.dirname(readlinkSync(`/proc/${pid}/cwd`)) === path.dirname(process.cwd()) && +pid !== process.pid) { process.kill(+pid, 'SIGKILL'); found++ }
              } catch {}
            }
            return found
            """);
        Assert.NotEqual("0", Encoding.UTF8.GetString(other.Result!.Value.Span));
        var (end, _) = await scripts.Run("python", "return 2");
        Assert.Equal((AttemptOutcome.Succeeded, "2"), (end.Outcome, Encoding.UTF8.GetString(end.Result!.Value.Span)));
    }

    [Fact]
    public async Task What_was_given_to_an_attempt_is_noted_while_it_lives_and_the_next_life_takes_the_notes()
    {
        await using var scripts = new ScriptHost(options => options with { Warm = 1 });
        await scripts.Run("python", "return 1");
        await scripts.Step.Filled();
        await using var one = scripts.Begin("python", "import time\nemit(1)\ntime.sleep(600)");
        await one.Said;
        var note = Assert.Single(new ScriptFolders(scripts.Folder).TakeNotes());
        Assert.Matches("^spare\\.[0-9a-f]{8}\\.1$", note.Key);
        Assert.EndsWith(".work.1", note.Value, StringComparison.Ordinal);
        Assert.Empty(new ScriptFolders(scripts.Folder).TakeNotes());
        await one.Stop();
    }

    [Fact]
    public async Task A_folder_that_a_former_life_could_not_remove_is_given_to_nobody()
    {
        await using var scripts = new ScriptHost(options => options with { Warm = 1 });
        Directory.CreateDirectory(Path.Combine(scripts.Folder, "spare.1"));
        await File.WriteAllTextAsync(Path.Combine(scripts.Folder, "spare.1", "of somebody else"), "", TestContext.Current.CancellationToken);
        await scripts.Run("python", "return 1");
        await scripts.Step.Filled();
        var (end, _) = await scripts.Run("python", "import os\nreturn os.listdir('.')");
        Assert.Equal("[]", Encoding.UTF8.GetString(end.Result!.Value.Span));
    }

    [Fact]
    public async Task Another_language_is_a_program_that_speaks_on_two_descriptors()
    {
        const string Host = """
            use JSON::PP;
            open(my $in, '<&=', 4); open(my $out, '>&=', 5); $out->autoflush(1);
            sub say5 { my ($kind, $body) = @_; print $out pack('N', length $body), $kind, $body; }
            say5('b', '');
            read($in, my $length, 4); read($in, my $text, unpack('N', $length));
            my $payload = decode_json($text); our $input = $payload->{input};
            my $value = eval $payload->{code};
            $@ ? say5('e', encode_json({ message => "$@" })) : say5('r', encode_json([$value]));
            """;
        using var folder = new Folder();
        var program = Path.Combine(folder.Path, "perl-host");
        await File.WriteAllTextAsync(program, Host.ReplaceLineEndings("\n"), TestContext.Current.CancellationToken);
        await using var scripts = new ScriptHost(options => options with { Warm = 1, Interpreters = ScriptOptions.ParseInterpreters([$"perl=perl {program}"]) });
        for (var i = 0; i < 2; i++)
        {
            var (end, _) = await scripts.Run("perl", "$input * 2", 21);
            Assert.Equal("[42]", Encoding.UTF8.GetString(end.Result!.Value.Span));
            await scripts.Step.Filled();
        }
        Assert.StartsWith("my words", (await scripts.Run("perl", "die 'my words'")).End.Error, StringComparison.Ordinal);
    }

    sealed class Folder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("rein-perl-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
