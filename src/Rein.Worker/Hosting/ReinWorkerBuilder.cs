using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rein.Worker.Hosting;

namespace Rein.Worker;

/// <summary>What the worker of a host executes. The same handlers work embedded in a server and at the end of a wire: which it is, only the channel knows.</summary>
public sealed class ReinWorkerBuilder
{
    internal ReinWorkerBuilder(IServiceCollection services) => Services = services;

    /// <summary>The services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Code that executes a kind.</summary>
    /// <typeparam name="TInput">What the payload is read as: names in camelCase, what the type does not know is passed over.</typeparam>
    /// <typeparam name="TResult">What comes of it: written as JSON, at most 1 MB, or a <see cref="StepResult"/>; null is a success without a result.</typeparam>
    /// <param name="kind">The <c>type</c> of the nodes.</param>
    /// <param name="handle">Executes one attempt. An exception is a failure with its message.</param>
    public ReinWorkerBuilder Handle<TInput, TResult>(string kind, Func<RunContext, TInput, CancellationToken, Task<TResult>> handle) =>
        Add(kind, _ => RegisteredHandler.Typed(handle));

    /// <summary>The same for code that has no result.</summary>
    /// <typeparam name="TInput">What the payload is read as.</typeparam>
    /// <param name="kind">The <c>type</c> of the nodes.</param>
    /// <param name="handle">Executes one attempt.</param>
    public ReinWorkerBuilder Handle<TInput>(string kind, Func<RunContext, TInput, CancellationToken, Task> handle) =>
        Add(kind, _ => RegisteredHandler.Typed<TInput, StepResult>(async (run, input, stop) =>
        {
            await handle(run, input, stop);
            return StepResult.Success;
        }));

    /// <summary>A class that executes a kind, with what its constructor asks for. Made for each attempt in a scope of its own, which ends with its code.</summary>
    /// <typeparam name="THandler">Added to the services, scoped, if it is not among them.</typeparam>
    /// <typeparam name="TInput">What the payload is read as.</typeparam>
    /// <typeparam name="TResult">What comes of it.</typeparam>
    /// <param name="kind">The <c>type</c> of the nodes.</param>
    public ReinWorkerBuilder Handle<THandler, TInput, TResult>(string kind) where THandler : class, IStepHandler<TInput, TResult>
    {
        Services.TryAddScoped<THandler>();
        return Add(kind, services => RegisteredHandler.Typed<TInput, TResult>(async (run, input, stop) =>
        {
            var scope = services.CreateAsyncScope();
            await using (scope)
                return await scope.ServiceProvider.GetRequiredService<THandler>().Handle(run, input, stop);
        }));
    }

    /// <summary>A handler as <see cref="ReinWorker"/> knows it: payload and result are bytes.</summary>
    /// <param name="kind">The <c>type</c> of the nodes.</param>
    /// <param name="handler">Executes one attempt.</param>
    public ReinWorkerBuilder Handle(string kind, StepHandler handler) => Add(kind, _ => handler);

    ReinWorkerBuilder Add(string kind, Func<IServiceProvider, StepHandler> make)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(kind);
        Services.AddSingleton(new RegisteredHandler(kind, make));
        return this;
    }
}
