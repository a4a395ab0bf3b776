using System.Globalization;
using System.Text.Json;
using Rein.Protocol.Workers;
using Rein.Steps.Processes;
using Rein.Worker;
using Rein.Worker.Processes;
using Rein.Worker.Reporting;

namespace Rein.Steps.Scripts;

/// <summary>
/// The kind <c>script</c>: the body of a function, in an interpreter process of its own that is contained like any process. Its <c>return</c> is the result of the step,
/// what it prints is log, what it emits are items.
/// </summary>
public sealed class ScriptStep(ProcessHost host, ScriptOptions options, TimeProvider time) : IAsyncDisposable
{
    public const string Kind = "script";

    const int MostResult = 1 << 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Interpreters interpreters = new(host, options, time);

    /// <summary>How many interpreters wait for a script.</summary>
    internal int Waiting => interpreters.Waiting;

    internal Task Filled() => interpreters.Filled();

    public async Task<StepResult> Execute(RunContext run, CancellationToken stop)
    {
        var payload = ScriptPayload.Parse(run.Payload.Span);
        try
        {
            var interpreter = await interpreters.For(run, payload.Language, payload.MemoryMb, stop);
            try
            {
                return await Execute(run, payload, interpreter, stop);
            }
            finally
            {
                await interpreter.End(run);
            }
        }
        catch (ScriptTrouble trouble)
        {
            return Failure(trouble.Code, trouble.Message);
        }
    }

    async Task<StepResult> Execute(RunContext run, ScriptPayload payload, Interpreter interpreter, CancellationToken stop)
    {
        var process = interpreter.Process;
        var logs = Task.WhenAll(LogPump.Run(process.Output, run.Log.Separate(), time), LogPump.Run(interpreter.Errors, run.Log.Separate(), time));
        using var timeUp = payload.TimeoutSeconds is null ? new CancellationTokenSource(Patience, time) : new();
        await using var ending = timeUp.Token.Register(process.Kill);
        var telling = interpreter.Tell(run.Payload);
        var said = await Listen(run, interpreter);
        // It leaves by itself, at once. Whoever stays, with everything said or the way to us closed, is not waited for.
        var hasLeft = await Task.WhenAny(process.Exited, Task.Delay(Interpreter.Farewell, time, CancellationToken.None)) == process.Exited;
        process.Kill();
        await process.Gone;
        await telling;
        await logs;
        if (said is null && !hasLeft)
            said = Failure(ScriptFaults.NoResult, "it closed descriptor 5, or wrote there what nobody can read, and stayed");
        return said ?? Judge(run, interpreter, await process.Exited, timeUp.IsCancellationRequested, stop);
    }

    /// <summary>Until it has said all, or says what nobody can use: then it is ended.</summary>
    /// <returns>Null where it ended, or closed its way to us, without a word about it.</returns>
    static async Task<StepResult?> Listen(RunContext run, Interpreter interpreter)
    {
        while (await interpreter.Next() is { } frame)
            switch (frame.Kind)
            {
                case 'i' when await Refused(run, frame.Body) is { } why:
                    interpreter.Process.Kill();
                    return Failure(ScriptFaults.BadItem, why);
                case 'i':
                    break;
                case 'r':
                    interpreter.Dismiss();
                    return Result(frame.Body);
                case 'e':
                    interpreter.Dismiss();
                    return Said(frame.Body);
                default:
                    interpreter.Process.Kill();
                    return Failure(ScriptFaults.BadResult, "what it wrote to descriptor 5 is nothing that an interpreter says");
            }
        return null;
    }

    static async Task<string?> Refused(RunContext run, ReadOnlyMemory<byte> item)
    {
        try
        {
            await run.Items.Add(item);
        }
        catch (ArgumentException refused)
        {
            return refused.Message;
        }
        catch (OperationCanceledException)
        {
            // Fenced: it counts for nothing, and its writer must not be blocked.
        }
        return null;
    }

    static StepResult Result(ReadOnlyMemory<byte> json) =>
        json.Length > MostResult ? Failure(ScriptFaults.TooLarge, $"its result has at most {MostResult} bytes as JSON; this one has {json.Length}")
        : !WireJson.IsSound(json.Span) ? Failure(ScriptFaults.BadResult, $"its result is not one JSON value in UTF-8, nested at most {WireJson.MaxDepth} deep")
        : StepResult.SuccessWith(json);

    static StepResult Said(ReadOnlyMemory<byte> error)
    {
        try
        {
            if (JsonSerializer.Deserialize(error.Span, ScriptJson.Default.SaidError) is { Message: { } message } said)
                return Failure(
                    said.Code is { } code && ScriptFaults.OfInterpreter.Contains(code) ? code : ScriptFaults.Exception,
                    said.Line is { } line ? string.Create(CultureInfo.InvariantCulture, $"{message} (line {line})") : message, said.Line);
        }
        catch (JsonException)
        {
        }
        return Failure(ScriptFaults.Exception, "it failed, and its interpreter does not say how");
    }

    static StepResult Judge(RunContext run, Interpreter interpreter, int? exitCode, bool isTimeUp, CancellationToken stop) => exitCode switch
    {
        _ when isTimeUp => Failure(ScriptFaults.TimeUp, $"it took longer than {Patience.TotalSeconds} s; timeoutSeconds changes that", exitCode: exitCode),
        _ when run.Stop is { Origin: "timeout" } => Failure(ScriptFaults.TimeUp, "it took longer than its timeoutSeconds", exitCode: exitCode),
        _ when stop.IsCancellationRequested => throw new OperationCanceledException(stop),
        > 128 when interpreter.Errors.Contains("out of memory") => Failure(ScriptFaults.OutOfMemory, "it needs more memory than its memoryMb", exitCode: exitCode),
        > 128 => Failure(ScriptFaults.NoResult, $"it was ended by signal {exitCode - 128} before it returned", exitCode: exitCode),
        0 or null => Failure(ScriptFaults.NoResult, "it ended without returning", exitCode: exitCode),
        _ => Failure(ScriptFaults.NoResult, $"it exited with {exitCode} before it returned{interpreter.LastWords}", exitCode: exitCode),
    };

    static StepResult Failure(string code, string why, int? line = null, int? exitCode = null) =>
        StepResult.Failure(why, JsonSerializer.SerializeToUtf8Bytes(new(code, line, exitCode), ScriptJson.Default.ScriptFault));

    /// <summary>Ends the interpreters that wait.</summary>
    public ValueTask DisposeAsync() => interpreters.DisposeAsync();
}
