using Rein.Worker.Processes;

namespace Rein.Steps.Scripts;

/// <summary>
/// Takes the network away from what is started: a network namespace in a user namespace of its own, where nothing gets out, not even to this machine, and which cannot
/// be left again. Whether the machine lets one make such a thing is tried once.
/// </summary>
sealed class Isolation(ProcessHost host, NetworkRule rule, Action<string>? say)
{
    static readonly string[] Wrapper = ["--user", "--map-current-user", "--net", "--"];

    readonly Lock gate = new();
    Task<IReadOnlyList<string>?>? tried;

    /// <summary>What stands before a command; empty where scripts have the network.</summary>
    /// <exception cref="ScriptTrouble">It is required, and the machine does not allow it.</exception>
    public async Task<IReadOnlyList<string>> Before()
    {
        if (rule is NetworkRule.Allow)
            return [];
        Task<IReadOnlyList<string>?> trial;
        lock (gate)
            trial = tried ??= Try();
        return await trial ?? (rule is NetworkRule.Deny
            ? []
            : throw new ScriptTrouble(ScriptFaults.NoIsolation, "this machine does not let the worker take the network away from scripts, and --script-network require executes none with it"));
    }

    async Task<IReadOnlyList<string>?> Try()
    {
        if (Language.Find("unshare") is { } unshare && await Works([unshare, .. Wrapper]))
            return [unshare, .. Wrapper];
        if (rule is NetworkRule.Deny)
            say?.Invoke("scripts have the network here: this machine lets the worker make no user and network namespaces. --script-network allow says that this is meant, require refuses scripts.");
        return null;
    }

    async Task<bool> Works(IReadOnlyList<string> wrapper)
    {
        if (await host.StartAsync(new("script-network", [.. wrapper, "/bin/sh", "-c", "exit 0"])) is not StartOutcome.Started { Process: var process })
            return false;
        await using (process)
            return await process.Exited == 0;
    }
}
