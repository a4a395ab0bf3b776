using Rein.Protocol.Workers;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>What an attempt has registered does not outlive it, or is named until it does.</summary>
public sealed class ResourceTests
{
    readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource mayReturn = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_folder_is_gone_before_the_end_is_reported_and_that_is_no_rung()
    {
        var path = "";
        await using var server = new ServerByHand(new StopThread(), "opening", async (run, _) =>
        {
            path = run.CreateFolder();
            await File.WriteAllTextAsync(Path.Combine(path, "file"), "x", CancellationToken.None);
            return StepResult.Success;
        });
        server.Assign("opening");

        var ended = Assert.IsType<EndedReport>(await server.Next());
        Assert.Equal((AttemptOutcome.Succeeded, null, 0), (ended.Outcome, ended.Proof.Rung, ended.Proof.Residuals.Count));
        Assert.NotEmpty(path);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public async Task What_code_has_released_by_itself_is_not_released_again()
    {
        var releases = 0;
        await using var server = new ServerByHand(new StopThread(), "opening", (run, _) =>
        {
            run.Register(new("browser", "b1", _ => Task.FromResult(releases++), _ => Task.FromResult(true)));
            return Task.FromResult(StepResult.Success);
        });
        server.Assign("opening");
        Assert.Empty(Assert.IsType<EndedReport>(await server.Next()).Proof.Residuals);
        Assert.Equal(0, releases);
    }

    [Fact]
    public async Task H15_what_cannot_be_released_stands_in_the_residuals_until_it_is_gone_and_is_proved_then()
    {
        var isLocked = true;
        await using var server = new ServerByHand(new StopThread(), "opening", (run, _) =>
        {
            run.Register(new("browser", "b1", _ => Volatile.Read(ref isLocked) ? throw new IOException("it is locked") : Task.CompletedTask,
                _ => Task.FromResult(!Volatile.Read(ref isLocked))));
            return Task.FromResult(StepResult.Success);
        });
        var attempt = server.Assign("opening");

        Assert.Equal(new Residual("browser", "b1", "it is locked"), Assert.Single(Assert.IsType<EndedReport>(await server.Next()).Proof.Residuals));
        Volatile.Write(ref isLocked, false);
        var proof = Assert.IsType<ProveReport>(await server.Next());
        Assert.Equal(attempt, proof.Attempt);
        Assert.Empty(proof.Proof.Residuals);
    }

    [Fact]
    public async Task At_the_kill_it_is_released_though_the_code_that_uses_it_goes_on()
    {
        var isThere = true;
        await using var server = new ServerByHand(new StopThread(), "opening", async (run, _) =>
        {
            run.Register(new("browser", "b1",
                _ =>
                {
                    Volatile.Write(ref isThere, false);
                    released.SetResult();
                    return Task.CompletedTask;
                },
                _ => Task.FromResult(!Volatile.Read(ref isThere))));
            began.SetResult();
            await mayReturn.Task;
            return StepResult.Success;
        });
        var attempt = server.Assign("opening");
        await began.Task.WaitAsync(ServerByHand.Patience);
        server.Stop(attempt, killInMs: 20);

        await released.Task.WaitAsync(ServerByHand.Patience);
        Assert.IsType<HeardReport>(await server.Next());
        Assert.Equal("handler", Assert.Single(Assert.IsType<EndedReport>(await server.Next()).Proof.Residuals).Kind);
        mayReturn.SetResult();
        Assert.Empty(Assert.IsType<ProveReport>(await server.Next()).Proof.Residuals);
    }

    [Fact]
    public async Task A_process_of_the_codes_own_is_gone_with_its_attempt()
    {
        global::System.Diagnostics.Process? process = null;
        await using var server = new ServerByHand(new StopThread(), "opening", (run, _) =>
        {
            process = global::System.Diagnostics.Process.Start("sleep", "1000");
            run.Register(Resource.Of(process));
            return Task.FromResult(StepResult.Success);
        });
        server.Assign("opening");
        Assert.Empty(Assert.IsType<EndedReport>(await server.Next()).Proof.Residuals);
        Assert.True(process!.HasExited);
        process.Dispose();
    }
}
