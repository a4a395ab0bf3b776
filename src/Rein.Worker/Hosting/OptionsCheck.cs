using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Rein.Protocol.Workers;

namespace Rein.Worker.Hosting;

/// <summary>Settings that cannot work end the start of the host, each with a sentence.</summary>
sealed class OptionsCheck(IEnumerable<RegisteredHandler> handlers, IServiceProviderIsService services) : IValidateOptions<ReinWorkerOptions>
{
    const int MostAtOnce = 100_000;

    public ValidateOptionsResult Validate(string? name, ReinWorkerOptions options)
    {
        List<string> faults = [.. services.IsService(typeof(IWorkerChannel)) ? [] : FaultsOfWay(options), .. FaultsOf(options), .. FaultsOfKinds()];
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    static IEnumerable<string> FaultsOfWay(ReinWorkerOptions options)
    {
        if (options.Server is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            yield return Said(nameof(options.Server), "is the server's address, e.g. https://rein.example");
        if ((options.Key, options.KeyFile) is (null or "", null or ""))
            yield return Said(nameof(options.Key), $"or {ReinWorkerOptions.Section}:{nameof(options.KeyFile)} is needed: a key with the scope 'work'");
        if (options is { Key: not (null or ""), KeyFile: not (null or "") })
            yield return Said(nameof(options.Key), $"and {ReinWorkerOptions.Section}:{nameof(options.KeyFile)} are both set");
        if (options is { Key: null or "", KeyFile: { Length: > 0 } file } && !File.Exists(file))
            yield return Said(nameof(options.KeyFile), $"is a file that is not there: {file}");
    }

    static IEnumerable<string> FaultsOf(ReinWorkerOptions options)
    {
        if (string.IsNullOrWhiteSpace(options.Name))
            yield return Said(nameof(options.Name), "is needed");
        if (options.Pool is "")
            yield return Said(nameof(options.Pool), "is empty; leave it out for the default pool");
        if (options.Capacity is < 1 or > MostAtOnce)
            yield return Said(nameof(options.Capacity), $"is from 1 to {MostAtOnce}");
        if (options.Silence <= TimeSpan.Zero)
            yield return Said(nameof(options.Silence), "is more than nothing, e.g. 00:02:00");
        if (options.FinishWithin < TimeSpan.Zero)
            yield return Said(nameof(options.FinishWithin), "is at least 00:00:00");
    }

    IEnumerable<string> FaultsOfKinds()
    {
        var kinds = handlers.Select(handler => handler.Kind).ToList();
        if (kinds.Count == 0)
            yield return "A worker needs at least one handler: services.AddReinWorker().Handle(…)";
        foreach (var twice in kinds.GroupBy(kind => kind).Where(same => same.Count() > 1))
            yield return $"The kind '{twice.Key}' has {twice.Count()} handlers.";
    }

    static string Said(string setting, string what) => $"{ReinWorkerOptions.Section}:{setting} {what}.";
}
