using System.CommandLine;
using System.CommandLine.Invocation;
using Rein.Cli;
using Rein.Cli.Completion;

if (PressOfTab.Of(args) is { } typed)
{
    foreach (var word in PressOfTab.Answer(typed))
        await Console.Out.WriteLineAsync(word);
    return (int)ExitCode.Ok;
}

// What follows `--` is a command of somebody else's: not a word of it is read as ours.
var dashes = args is ["start", ..] ? Array.IndexOf(args, "--") : -1;
var parsed = Commands.Root(dashes < 0 ? null : args[(dashes + 1)..]).Parse(dashes < 0 ? args : args[..dashes]);
if (parsed.Action is ParseErrorAction)
{
    foreach (var line in Usage.Of(parsed))
        await Console.Error.WriteLineAsync(line);
    return (int)ExitCode.BadUsage;
}
// Signals are each command's own: Ctrl-C means a stop here, and something else there.
return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
