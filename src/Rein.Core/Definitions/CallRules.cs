namespace Rein.Core.Definitions;

/// <summary>
/// The payload of a <c>workflow</c>: <c>workflow</c> (the name of a saved one; its latest version is started), <c>input</c> (what it is started with,
/// expressions replaced) and <c>detached</c> (true: nobody waits for it, and no stop of this run reaches it).
/// </summary>
static class CallRules
{
    public static void Check(Fields payload)
    {
        payload.RefuseOthers(["workflow", "input", "detached", .. Policy.Names]);
        PayloadRules.RequireText(payload, "workflow");
        payload.Flag("detached");
    }
}
