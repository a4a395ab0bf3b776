namespace Rein.Worker;

/// <summary>Executes steps of one kind, with what it needs from the services of its host. Made anew for each attempt, in a scope of its own.</summary>
/// <typeparam name="TInput">What the payload is read as.</typeparam>
/// <typeparam name="TResult">What comes of it: written as JSON, or a <see cref="StepResult"/>.</typeparam>
public interface IStepHandler<in TInput, TResult>
{
    /// <summary>Executes one attempt.</summary>
    /// <param name="run">What it knows and may do.</param>
    /// <param name="input">The payload.</param>
    /// <param name="stop">Fires when somebody wants it to end, see <see cref="StepHandler"/>.</param>
    /// <returns>What came of it; null is a success without a result. An exception is a failure with its message.</returns>
    Task<TResult> Handle(RunContext run, TInput input, CancellationToken stop);
}
