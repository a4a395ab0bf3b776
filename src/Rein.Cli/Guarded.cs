using Rein.Protocol;
using Rein.Protocol.Problems;

namespace Rein.Cli;

/// <summary>Turns what goes wrong in a command into a sentence and an exit code.</summary>
static class Guarded
{
    public static async Task<int> Run(Func<Task<ExitCode>> command)
    {
        try
        {
            return (int)await command();
        }
        catch (CommandException said)
        {
            await Console.Error.WriteLineAsync(said.Message);
            return (int)said.Code;
        }
        catch (ReinException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            foreach (var error in refused.Problem.Errors ?? [])
                await Console.Error.WriteLineAsync($"  {error.Path}: {error.Message}");
            return (int)CodeOf(refused);
        }
    }

    static ExitCode CodeOf(ReinException refused) => refused.Code switch
    {
        ProblemCodes.Unreachable or ProblemCodes.Unauthenticated or ProblemCodes.MissingScope or ProblemCodes.UnexpectedResponse => ExitCode.NoServer,
        _ when refused.Status is 404 => ExitCode.NotFound,
        _ when refused.Status is 400 or 413 or 422 => ExitCode.BadUsage,
        _ => ExitCode.Refused,
    };
}
