using Rein.Worker.Processes;

namespace Rein.Steps.Scripts;

/// <summary>
/// Takes the network away from what is started: a network namespace in a user namespace of its own, where nothing gets out, not even to this machine, and which cannot
/// be left again. Whether the machine lets one make such a thing is tried until it says yes or no.
/// </summary>
/// <param name="program">What makes the namespaces.</param>
sealed class Isolation(ProcessHost host, NetworkRule rule, Action<string>? say, string program = "unshare")
{
    static readonly string[] Wrapper = ["--user", "--map-current-user", "--net", "--"];

    readonly Lock gate = new();
    Task<IReadOnlyList<string>?>? tried;

    /// <summary>What stands before a command; empty where scripts have the network.</summary>
    /// <exception cref="ScriptTrouble">It is required, and the machine does not allow it; or the machine has too little left to tell.</exception>
    public async Task<IReadOnlyList<string>> Before()
    {
        if (rule is NetworkRule.Allow)
            return [];
        Task<IReadOnlyList<string>?> trial;
        lock (gate)
            trial = tried = tried is null or { IsFaulted: true } ? Try() : tried;
        return await trial ?? (rule is NetworkRule.Deny
            ? []
            : throw new ScriptTrouble(ScriptFaults.NoIsolation, "this machine does not let the worker take the network away from scripts, and --script-network require executes none with it"));
    }

    async Task<IReadOnlyList<string>?> Try()
    {
        if (Language.Find(program) is { } unshare && await Works([unshare, .. Wrapper]))
            return [unshare, .. Wrapper];
        if (rule is NetworkRule.Deny)
            say?.Invoke("scripts have the network here: this machine lets the worker make no user and network namespaces. --script-network allow says that this is meant, require refuses scripts.");
        return null;
    }

    /// <summary>A trial that was never made, or did not get to its end, says nothing about the machine.</summary>
    async Task<bool> Works(IReadOnlyList<string> wrapper)
    {
        var outcome = await host.StartAsync(new("script-network", [.. wrapper, "/bin/sh", "-c", "exit 0"]));
        if (outcome is StartOutcome.Refused { Fault: not StartFault.OutOfResources })
            return false;
        if (outcome is StartOutcome.Started { Process: var process })
            await using (process)
                if (await process.Exited is { } code and not 128 + 9)
                    return code == 0;
        throw new ScriptTrouble(ScriptFaults.NotStarted, "whether the network can be taken away from scripts could not be tried: the machine has no memory, processes or file handles left");
    }
}
