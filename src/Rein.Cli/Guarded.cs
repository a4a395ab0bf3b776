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
            foreach (var line in Say(refused))
                await Console.Error.WriteLineAsync(line);
            return (int)CodeOf(refused);
        }
    }

    /// <summary>Nothing is said twice: what is wrong this time speaks for itself, and several things stand in lines of their own.</summary>
    static IEnumerable<string> Say(ReinException refused) => refused.Problem switch
    {
        { Errors: { Count: > 1 } errors } problem =>
            [$"{problem.Title} ({problem.Code})", .. errors.Select(error => $"  {error.Path}: {error.Message}")],
        { Status: 400 or 404 or 409 or 413 or 422, Detail: { } detail } problem => [$"{detail} ({problem.Code})"],
        _ => [refused.Message],
    };

    static ExitCode CodeOf(ReinException refused) => refused.Code switch
    {
        ProblemCodes.Unreachable or ProblemCodes.Unauthenticated or ProblemCodes.MissingScope or ProblemCodes.UnexpectedResponse => ExitCode.NoServer,
        _ when refused.Status is 404 => ExitCode.NotFound,
        _ when refused.Status is 400 or 413 or 422 => ExitCode.BadUsage,
        _ => ExitCode.Refused,
    };
}
