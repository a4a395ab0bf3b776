using System.CommandLine;
using System.Text.Json;
using Rein.Cli.Completion;
using Rein.Protocol;

namespace Rein.Cli.Runs;

/// <summary>Answers to steps that wait for somebody: `approve`, `reject` and `signal`.</summary>
static class AnswerCommands
{
    public static Command BuildApprove() => Build(
        "approve", "Approves what a step of a run asks for. The first answer counts.", (client, run, step, note) => client.Approve(run, step, note));

    public static Command BuildReject() => Build(
        "reject", "Rejects what a step of a run asks for. The first answer counts.", (client, run, step, note) => client.Reject(run, step, note));

    static Command Build(string name, string description, Func<ReinClient, Guid, string, string?, Task<StepReply>> answer)
    {
        var (run, step, json) = (Output.Run().SuggestLiveRuns(), Step(), Output.Json());
        var note = new Option<string>("--note") { Description = "What is kept beside the answer, for people.", HelpName = "TEXT" };
        var command = new Command(name, description) { run, step, note, json };
        command.SetAction((parsed, _) => Guarded.Run(() =>
            Say(parsed.GetValue(json), client => answer(client, parsed.GetValue(run), parsed.GetValue(step)!, parsed.GetValue(note)))));
        return command;
    }

    public static Command BuildSignal()
    {
        var (run, step, json) = (Output.Run().SuggestLiveRuns(), Step(), Output.Json());
        var data = new Option<string>("--data") { Description = "JSON that came with it: the step's result has it as `data`.", HelpName = "JSON" };
        var command = new Command("signal", "Tells a waiting step of a run that what it waited for has come. The first signal counts.") { run, step, data, json };
        command.SetAction((parsed, _) => Guarded.Run(() =>
        {
            var given = Parse(parsed.GetValue(data));
            return Say(parsed.GetValue(json), client => client.Signal(parsed.GetValue(run), parsed.GetValue(step)!, given));
        }));
        return command;
    }

    static Argument<string> Step() => new("STEP") { Description = "The node's id, as the definition has it; in the body of a loop with the number of the iteration: ask[3]." };

    static JsonElement? Parse(string? data)
    {
        try
        {
            return data is null ? null : JsonElement.Parse(data);
        }
        catch (JsonException broken)
        {
            throw new CommandException(ExitCode.BadUsage, $"--data is no JSON: {broken.Message}");
        }
    }

    static async Task<ExitCode> Say(bool json, Func<ReinClient, Task<StepReply>> answer)
    {
        using var client = Reach.Client();
        var reply = await answer(client);
        if (json)
            Output.Write(reply, ProtocolJson.Default.StepReply);
        else
            Show.Screen.Standard.Line($"{reply.Step.Id}: {(reply.Answer == "done" ? "done" : "had been answered so before")}; the run is {reply.State}");
        return ExitCode.Ok;
    }
}
