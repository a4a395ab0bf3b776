using Rein.Core.Runs;
using Xunit;

namespace Rein.Core.Tests.Lifecycle;

/// <summary>An input that is no JSON any more: what reads it finds nothing there, and nobody is kept from an answer.</summary>
public sealed class DamagedInputTests
{
    const string Read = """{"message":"{{root.result.name}}","finally":%}""";

    [Fact]
    public void A_stop_ends_a_run_whose_clean_up_reads_an_input_that_cannot_be_read_H9()
    {
        var run = TestRun.Start(Graph("\"hold\"", finallyReads: true), input: "{");
        run.Claim();
        run.Stop();
        run.End(outcome: Outcome.Stopped);
        Assert.Equal(RunState.Stopped, run.Run.State);
    }

    [Fact]
    public void An_admitted_run_whose_first_step_reads_an_input_that_cannot_be_read_has_failed_and_says_at_what()
    {
        var run = TestRun.Start(Graph("\"log\", \"payload\": " + Read.Replace("%", "false", StringComparison.Ordinal), finallyReads: false), input: "{", hasRoom: false);
        run.Admit();
        Assert.Equal((RunState.Failed, "There is nothing at 'root.result.name'."), (run.Run.State, run.Run.Error));
    }

    static string Graph(string type, bool finallyReads) =>
        $$"""{ "nodes": { "root": { "type": "manual", "children": ["a"] }, "a": { "type": {{type}} }"""
        + (finallyReads ? $$""", "z": { "type": "log", "payload": {{Read.Replace("%", "true", StringComparison.Ordinal)}} }""" : "") + " } }";
}
