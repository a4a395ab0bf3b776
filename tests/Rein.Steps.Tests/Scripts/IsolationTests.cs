using Rein.Steps.Scripts;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;

namespace Rein.Steps.Tests.Scripts;

/// <summary>Whether the network can be taken away, asked of a program that the test writes.</summary>
public sealed class IsolationTests : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rein-isolation-").FullName;
    readonly StopThread thread = new();
    readonly ProcessHost host;
    readonly List<string> said = [];

    public IsolationTests() => host = new($"isolation{Environment.ProcessId}", $"w{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}", thread, Rein.Protocol.Workers.Containment.Tree);

    Isolation After(string first, NetworkRule rule)
    {
        var program = Path.Combine(folder, "unshare");
        File.WriteAllText(program, $"#!/bin/sh\n[ -e \"$0.tried\" ] && exit 0\n: > \"$0.tried\"\n{first}\n");
        if (OperatingSystem.IsLinux())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return new(host, rule, said.Add, program);
    }

    [Theory]
    [InlineData(NetworkRule.Deny)]
    [InlineData(NetworkRule.Require)]
    public async Task A_trial_that_was_killed_says_nothing_and_the_next_script_tries_again(NetworkRule rule)
    {
        var isolation = After("kill -9 $$", rule);
        Assert.Equal(ScriptFaults.NotStarted, (await Assert.ThrowsAsync<ScriptTrouble>(isolation.Before)).Code);
        Assert.EndsWith("/unshare", (await isolation.Before())[0], StringComparison.Ordinal);
        Assert.Empty(said);
    }

    [Fact]
    public async Task A_machine_that_says_no_is_asked_once()
    {
        var isolation = After("exit 1", NetworkRule.Deny);
        Assert.Empty(await isolation.Before());
        Assert.Empty(await isolation.Before());
        Assert.Single(said);
    }

    [Fact]
    public async Task Where_it_is_required_and_the_machine_says_no_nothing_is_executed_and_the_next_one_is_refused_as_well()
    {
        var isolation = After("exit 1", NetworkRule.Require);
        for (var script = 0; script < 2; script++)
        {
            var refused = await Assert.ThrowsAsync<ScriptTrouble>(isolation.Before);
            Assert.Equal(ScriptFaults.NoIsolation, refused.Code);
            Assert.Contains("--script-network require", refused.Message, StringComparison.Ordinal);
        }
        Assert.Empty(said);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        thread.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
