using System.Text.Json;
using Rein.Protocol.Workers;
using Rein.Steps.Processes;
using Rein.Worker.Ladder;
using Rein.Worker.Processes;
using Rein.Worker.Tests.Attempts;

namespace Rein.Worker.Tests.Processes;

/// <summary>A stop that comes before the process: no code of the user begins behind it.</summary>
public abstract class TooLateTrials(Containment containment) : ProcessTrials(containment)
{
    const int MostStartsAtOnce = 8;

    /// <summary>What the program would make.</summary>
    string Trace => Path.Combine(Path.GetTempPath(), $"rein-{Environment.ProcessId}-{WorkerName}-began");

    [Fact]
    public async Task An_attempt_stopped_while_it_waits_for_its_turn_starts_nothing_and_has_ended_without_remains()
    {
        using var turns = await TakeAllTurnsAsync();
        await using var server = new ServerByHand(new StopThread(), ProcessStep.Kind, new ProcessStep(Host, TimeProvider.System).Execute);
        var attempt = server.Assign(ProcessStep.Kind, JsonSerializer.Serialize(new { command = new[] { "touch", Trace } }));

        server.Stop(attempt, killInMs: 0);

        EndedReport? ended = null;
        while (ended is null) ended = await server.Next() as EndedReport;
        Assert.Equal((attempt, AttemptOutcome.Stopped), (ended.Attempt, ended.Outcome));
        Assert.Empty(ended.Proof.Residuals);
        Assert.Contains(ended.Proof.Rung, new Rung?[] { null, Rung.Asked });
        Assert.False(turns.MayGo.IsSet);
        Assert.False(File.Exists(Trace));
    }

    [Fact]
    public async Task What_is_stopped_in_the_instant_of_its_start_is_held_by_then_and_never_becomes_the_program()
    {
        using var stop = new CancellationTokenSource();
        var ladder = new StopLadder(Thread, TimeProvider.System);

        var outcome = await Host.StartAsync(new ProcessSpec("late", ["touch", Trace]), hold: process =>
        {
            Assert.True(ladder.Hold(process));
            stop.Cancel();
            return true;
        }, stop.Token);

        await using var process = Assert.IsType<StartOutcome.Started>(outcome).Process;
        await process.Exited.WaitAsync(Patience);
        ladder.Force();
        Assert.Empty((await ladder.Gone.WaitAsync(Patience)).Residuals);
        Assert.False(File.Exists(Trace));
    }

    [Fact]
    public async Task A_start_whose_stop_was_there_before_is_refused()
    {
        var outcome = await Host.StartAsync(new ProcessSpec("late", ["touch", Trace]), stop: new CancellationToken(canceled: true));
        Assert.Equal(StartFault.Stopped, Assert.IsType<StartOutcome.Refused>(outcome).Fault);
    }

    /// <summary>Starts whose processes are about to be held, until they may go on.</summary>
    async Task<Turns> TakeAllTurnsAsync()
    {
        var turns = new Turns();
        var taken = new SemaphoreSlim(0);
        for (var i = 0; i < MostStartsAtOnce; i++)
            turns.Starts.Add(Host.StartAsync(new ProcessSpec("first", ["true"]), hold: _ =>
            {
                taken.Release();
                turns.MayGo.Wait();
                return true;
            }));
        for (var i = 0; i < MostStartsAtOnce; i++) await taken.WaitAsync(Patience);
        return turns;
    }

    sealed class Turns : IDisposable
    {
        public ManualResetEventSlim MayGo { get; } = new();
        public List<Task<StartOutcome>> Starts { get; } = [];

        public void Dispose()
        {
            MayGo.Set();
            Task.WaitAll([.. Starts], Patience);
        }
    }
}

public sealed class TooLateInATree() : TooLateTrials(Containment.Tree);

public sealed class TooLateInACgroup() : TooLateTrials(Containment.Cgroup);
