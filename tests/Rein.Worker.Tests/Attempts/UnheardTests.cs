using Rein.Protocol.Workers;
using Rein.Tests;
using Rein.Worker.Ladder;

namespace Rein.Worker.Tests.Attempts;

/// <summary>A worker that leaves while its server is away. What it found is proved by its next life.</summary>
public sealed class UnheardTests : IDisposable
{
    readonly string folder = Path.Combine(Path.GetTempPath(), $"rein-unheard-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");

    [Fact]
    public async Task What_a_worker_could_not_say_before_it_shut_down_its_next_life_proves_as_it_was_found()
    {
        var attempt = await EndUnheard();

        await using (var next = Serve(former: [attempt]))
            Assert.Equal(new(attempt, new(Rung.Asked, null, Containment.None, [])), Proof(await next.Server.Next()), SameProof);

        // It was heard: nothing is kept of it any more.
        Assert.Empty(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task It_is_kept_before_the_worker_waits_for_a_server_that_answers_nothing()
    {
        await using var life = Serve();
        life.Server.Assign("held");
        await life.Begun.Task.WaitAsync(ServerByHand.Patience);
        life.Server.IsSilent = true;
        var kept = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        life.Server.SaysWhatIsLeft = () => kept.TrySetResult(Directory.Exists(folder) ? Directory.GetFiles(folder).Length : 0);

        await life.Server.ShutDown();
        Assert.Equal(1, await kept.Task.WaitAsync(ServerByHand.Patience));
    }

    [Fact]
    public async Task What_nobody_has_asked_for_yet_is_kept_for_the_life_after_the_next()
    {
        var attempt = await EndUnheard();
        await using (var next = Serve())
            await next.Server.ShutDown();

        await using var third = Serve(former: [attempt]);
        Assert.Equal(Rung.Asked, Proof(await third.Server.Next()).Proof.Rung);
    }

    [Theory]
    [InlineData("[{")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("""[{"attempt":{"run":"0198c000-0000-7000-8000-000000000000","step":"work","fence":1},"proof":{"rung":"asked","residuals":null}}]""")]
    public async Task A_folder_whose_notes_cannot_be_read_proves_no_more_than_none(string notes)
    {
        var attempt = await EndUnheard();
        await File.WriteAllTextAsync(Assert.Single(Directory.EnumerateFiles(folder)), notes, TestContext.Current.CancellationToken);

        await using var next = Serve(former: [attempt]);
        Assert.Equal(AttemptProof.Clean, Proof(await next.Server.Next()).Proof);
    }

    [Fact]
    public async Task A_folder_without_a_name_is_none()
    {
        var attempt = await EndUnheard(folder: "");
        await using var next = Serve(former: [attempt], folder: "");
        Assert.Equal(AttemptProof.Clean, Proof(await next.Server.Next()).Proof);
    }

    /// <summary>Its code is asked by the shutdown, and ends; the server says nothing to that.</summary>
    async Task<AttemptRef> EndUnheard(string? folder = null)
    {
        await using var life = Serve(folder: folder);
        var attempt = life.Server.Assign("held");
        await life.Begun.Task.WaitAsync(ServerByHand.Patience);
        life.Server.IsSilent = true;
        await life.Server.ShutDown();
        return attempt;
    }

    Life Serve(IReadOnlyList<AttemptRef>? former = null, string? folder = null)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return new(
            new(new StopThread(), "held", async (_, stop) =>
            {
                begun.SetResult();
                await stop.UntilTold();
                return StepResult.Success;
            }, options => options with { Folder = folder ?? this.folder, Time = new Hurried() }, former: former),
            begun);
    }

    static ProveReport Proof(Report report) => Assert.IsType<ProveReport>(report);

    static readonly IEqualityComparer<ProveReport> SameProof = EqualityComparer<ProveReport>.Create(
        (one, other) => (one!.Attempt, one.Proof.Rung, one.Proof.Residuals.Count) == (other!.Attempt, other.Proof.Rung, other.Proof.Residuals.Count));

    public void Dispose()
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }

    sealed record Life(ServerByHand Server, TaskCompletionSource Begun) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
