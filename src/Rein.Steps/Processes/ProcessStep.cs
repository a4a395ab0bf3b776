using System.Globalization;
using System.Text;
using Rein.Protocol.Workers;
using Rein.Worker;
using Rein.Worker.Processes;

namespace Rein.Steps.Processes;

/// <summary>
/// The kind <c>process</c>: a command, without a shell, contained, with everything that descends from it. Its exit code decides: 0 is success.
/// Standard error is log, standard output is log or items.
/// </summary>
public sealed class ProcessStep(ProcessHost host, TimeProvider time)
{
    public const string Kind = "process";

    /// <summary>What a process gets of the worker's own environment. The rest may hold the worker's secrets.</summary>
    static readonly string[] Inherited = ["PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR"];

    static readonly IReadOnlyDictionary<string, string> Nothing = new Dictionary<string, string>();

    public async Task<StepResult> Execute(RunContext run, CancellationToken stop)
    {
        var payload = ProcessPayload.Parse(run.Payload.Span);
        switch (await host.StartAsync(SpecOf(run, payload), run.Hold, stop))
        {
            case StartOutcome.Started { Process: var process }:
                await using (process)
                    return await Finish(run, payload, process);
            case StartOutcome.Refused refused:
                return StepResult.Failure(refused.Why);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    async Task<StepResult> Finish(RunContext run, ProcessPayload payload, ContainedProcess process)
    {
        var lines = payload.Items is ItemsFrom.None ? null : new ItemLines(run, payload.Items);
        var output = lines is null ? LogPump.Run(process.Output, run.Log.Separate(), time) : lines.Run(process.Output);
        var errors = LogPump.Run(process.Error, run.Log.Separate(), time);
        var exitCode = await process.Exited;
        await Task.WhenAll(output, errors);
        return Judge(exitCode, lines?.Refused ?? 0);
    }

    static StepResult Judge(int? exitCode, int refused)
    {
        var result = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"exitCode\":{exitCode ?? -1}}}"));
        return exitCode switch
        {
            0 when refused == 0 => StepResult.SuccessWith(result),
            0 => StepResult.Failure($"{refused} lines of its output are no items; the log has them", result),
            > 128 => StepResult.Failure($"it was ended by signal {exitCode - 128}", result),
            _ => StepResult.Failure($"it exited with {exitCode}", result),
        };
    }

    static ProcessSpec SpecOf(RunContext run, ProcessPayload payload) => new(NameOf(run.Attempt), payload.Command)
    {
        Environment = EnvironmentOf(payload),
        WorkingDirectory = payload.WorkingDirectory,
        Stdin = payload.Stdin is null ? default : Encoding.UTF8.GetBytes(payload.Stdin),
    };

    /// <summary>
    /// The attempt's name in markers and control groups, which take no brackets: a step in the body of a loop has its number behind a dot, and a fence in as
    /// few signs as leave room for it.
    /// </summary>
    public static string NameOf(AttemptRef attempt) => attempt.Step.EndsWith(']')
        ? string.Create(CultureInfo.InvariantCulture, $"{attempt.Run:N}.{attempt.Step[..^1].Replace('[', '.')}.{attempt.Fence:x}")
        : string.Create(CultureInfo.InvariantCulture, $"{attempt.Run:N}.{attempt.Step}.{attempt.Fence}");

    static Dictionary<string, string> EnvironmentOf(ProcessPayload payload)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Inherited)
            if (Environment.GetEnvironmentVariable(name) is { } value)
                environment[name] = value;
        foreach (var (name, value) in payload.Environment ?? Nothing)
            environment[name] = value;
        return environment;
    }
}
