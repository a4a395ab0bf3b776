using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Rein.Examples;

// Settings come from the configuration: Rein__Server and Rein__Key in the environment are all that is needed.
var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddReinWorker()
    .Handle<WordCounter, Folder, Totals>("words")
    .Handle<Nap>("nap", async (run, nap, stop) =>
    {
        await run.Log.Write($"sleeping for {nap.Seconds} s");
        await Task.Delay(TimeSpan.FromSeconds(nap.Seconds), TimeProvider.System, stop);
    });
await builder.Build().RunAsync();
