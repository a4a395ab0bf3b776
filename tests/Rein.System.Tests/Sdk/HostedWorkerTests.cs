using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Rein.Core.Runs;
using Rein.Protocol.Workers;
using Rein.System.Tests.Nodes;
using Rein.Worker;

namespace Rein.System.Tests.Sdk;

/// <summary>A worker as a part of a generic host, at the end of a pipe.</summary>
public sealed class HostedWorkerTests
{
    static CancellationToken Cancel => TestContext.Current.CancellationToken;

    readonly TaskCompletionSource began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource mayReturn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Handlers_are_code_or_classes_with_what_they_ask_for_and_have_values()
    {
        await using var node = await TestNode.Start(WithKinds("double", "greet"));
        using var host = await Begin(node, services => services.AddSingleton(new Greeting("Hello"))
            .AddReinWorker()
            .Handle<Number, Number>("double", (_, number, _) => Task.FromResult(new Number(2 * number.Value)))
            .Handle<Greeter, Name, string>("greet"));

        Assert.Equal("{\"value\":42}", await ResultOf(node, Graphs.Single("double", """{ "value": "21", "more": 1 }""")));
        Assert.Equal("\"Hello, Ada\"", await ResultOf(node, Graphs.Single("greet", """{ "first": "Ada" }""")));
        await host.StopAsync(Cancel);
    }

    sealed record Number(int Value);

    sealed record Name(string First);

    sealed record Greeting(string Word);

    sealed class Greeter(Greeting greeting) : IStepHandler<Name, string>
    {
        public Task<string> Handle(RunContext run, Name input, CancellationToken stop) => Task.FromResult($"{greeting.Word}, {input.First}");
    }

    [Fact]
    public async Task A_payload_that_does_not_fit_is_a_failure_that_says_where()
    {
        await using var node = await TestNode.Start(WithKinds("double"));
        using var host = await Begin(node, services => services.AddReinWorker().Handle<Number>("double", (_, _, _) => Task.CompletedTask));

        var run = await node.UntilEnded(await node.StartRun(Graphs.Single("double", """{ "value": "much" }""")));
        Assert.Equal(RunState.Failed, run.State);
        var error = (await node.Stores.Reader.Steps(run.Id, null, 10, Cancel)).Single(step => step.Id == "a").Error;
        Assert.StartsWith("The payload does not fit the kind 'double': ", error, StringComparison.Ordinal);
        Assert.Contains("$.value", error, StringComparison.Ordinal);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Settings_come_from_the_configuration_and_code_has_the_last_word()
    {
        await using var node = await TestNode.Start(WithKinds("double"));
        using var host = await Begin(
            node, services => services.AddReinWorker(options => options.Capacity = 4).Handle<Number>("double", (_, _, _) => Task.CompletedTask),
            ("Rein:Name", "from a file"), ("Rein:Capacity", "3"), ("Rein:Pool", "gpu"));

        var session = await SessionOf(node, "from a file");
        Assert.Equal((4, "gpu"), (session.Capacity, session.Pool));
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Settings_that_cannot_work_end_the_start_and_every_one_is_named()
    {
        var builder = Builder(("Rein:Capacity", "0"), ("Rein:Server", "ftp://rein.example"), ("Rein:Silence", "00:00:00"));
        builder.Services.AddReinWorker().Handle<Number>("twice", (_, _, _) => Task.CompletedTask).Handle<Number>("twice", (_, _, _) => Task.CompletedTask);
        using var host = builder.Build();

        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancel));
        string[] named = ["Rein:Server ", "Rein:Key ", "Rein:Capacity ", "Rein:Silence ", "The kind 'twice' has 2 handlers."];
        Assert.Equal(named, named.Where(name => refused.Failures.Any(failure => failure.StartsWith(name, StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_host_that_shuts_down_lets_what_it_holds_finish_and_takes_nothing_more()
    {
        await using var node = await TestNode.Start(WithKinds("slow"));
        using var host = await Begin(node, services => Slow(services, finishWithin: TimeSpan.FromSeconds(30)));
        var run = await node.StartRun(Graphs.Single("slow", "{}"));
        await began.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        var stopping = host.StopAsync(Cancel);
        await UntilNobodyReads(node);
        var later = await node.StartRun(Graphs.Single("slow", "{}"));
        mayReturn.SetResult();
        await stopping;

        Assert.Equal(RunState.Succeeded, (await node.Read(run)).State);
        Assert.Equal(0, (await node.Read(later)).HandedOut);
    }

    [Fact]
    public async Task What_does_not_finish_in_time_is_asked_and_handed_back_which_is_no_try()
    {
        await using var node = await TestNode.Start(WithKinds("slow"));
        using var host = await Begin(node, services => Slow(services, finishWithin: TimeSpan.FromMilliseconds(50)));
        var run = await node.StartRun(Graphs.Single("slow", "{}"));
        await began.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        await host.StopAsync(Cancel);

        Assert.Contains(await node.Events(run), line => line.Kind is RunEventKind.StepReturned);
        Assert.Equal(0, (await node.Stores.Reader.Steps(run, null, 10, Cancel)).Single(step => step.Id == "a").Tries);
    }

    ReinWorkerBuilder Slow(IServiceCollection services, TimeSpan finishWithin) =>
        services.AddReinWorker(options => options.FinishWithin = finishWithin).Handle<object>("slow", async (_, _, stop) =>
        {
            began.TrySetResult();
            await mayReturn.Task.WaitAsync(stop);
        });

    static async Task UntilNobodyReads(TestNode node)
    {
        while (node.Capacity.Sessions.Any(session => session.Free > 0))
            await Task.Yield();
    }

    static NodeSetup WithKinds(params string[] kinds) => new()
    {
        Capacity = 0, Handlers = kinds.ToDictionary(kind => kind, _ => (StepHandler)((_, _) => throw new InvalidOperationException("There is no worker here."))),
    };

    static HostApplicationBuilder Builder(params (string Name, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)));
        return builder;
    }

    static async Task<IHost> Begin(TestNode node, Action<IServiceCollection> add, params (string Name, string Value)[] settings)
    {
        var builder = Builder(settings);
        builder.Services.AddSingleton<IWorkerChannel>(node.NewChannel());
        add(builder.Services);
        var host = builder.Build();
        await host.StartAsync(Cancel);
        return host;
    }

    static async Task<Rein.Server.Sessions.LiveSession> SessionOf(TestNode node, string worker)
    {
        while (true)
        {
            if (node.Capacity.Sessions.FirstOrDefault(session => session.Worker == worker) is { } found)
                return found;
            await Task.Yield();
        }
    }

    static async Task<string> ResultOf(TestNode node, string definition)
    {
        var run = await node.UntilEnded(await node.StartRun(definition));
        Assert.Equal(RunState.Succeeded, run.State);
        var step = (await node.Stores.Reader.Steps(run.Id, null, 10, Cancel)).Single(step => step.Id == "a");
        return Encoding.UTF8.GetString(step.Result!.Value.Span);
    }
}
