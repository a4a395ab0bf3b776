using System.Text.Json;

namespace Rein.Worker.Hosting;

/// <summary>A kind, and what executes it with the services of the host.</summary>
sealed record RegisteredHandler(string Kind, Func<IServiceProvider, StepHandler> Make)
{
    /// <summary>Input and result as values: a payload that does not fit is a failure that says where.</summary>
    public static StepHandler Typed<TInput, TResult>(Func<RunContext, TInput, CancellationToken, Task<TResult>> handle) => async (run, stop) =>
    {
        TInput? input;
        try
        {
            input = run.Input<TInput>();
        }
        catch (JsonException misfit)
        {
            return StepResult.Failure($"The payload does not fit the kind '{run.Kind}': {misfit.Message}");
        }
        return input is null
            ? StepResult.Failure($"The payload does not fit the kind '{run.Kind}': it is null.")
            : ResultOf(await handle(run, input, stop));
    };

    static StepResult ResultOf<TResult>(TResult result) => result switch
    {
        null => StepResult.Success,
        StepResult whole => whole,
        _ => StepResult.SuccessWith(JsonSerializer.SerializeToUtf8Bytes(result, JsonSerializerOptions.Web)),
    };
}
