using System.Globalization;
using System.Text;
using Rein.Core.Definitions;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Server.Api.StopLinks;
using Rein.Server.Api.Views;

namespace Rein.Server.Dialects.Axiom.Viewer;

/// <summary>What the viewer shows beside what any stop link shows: how much was collected, and how far each step has got. Not what it works on.</summary>
static class ViewerPage
{
    const int MostSteps = 100;

    /// <returns>HTML.</returns>
    public static async Task<string> MoreOf(RunView view, IRunReader reader, CancellationToken cancel)
    {
        var names = view.Run.Definition.Nodes.Values.Where(node => node.Loop is null && node.Id != Definition.RootId).Select(node => node.Id).Take(MostSteps).ToList();
        var steps = await reader.Steps(view.Run.Id, names, cancel);
        var html = new StringBuilder($"<p>{Items(view.ItemsSoFar)} collected</p>");
        foreach (var step in steps.OrderBy(step => step.Attempt?.AssignedAt ?? DateTimeOffset.MaxValue).ThenBy(step => step.Id, StringComparer.Ordinal))
            html.Append("<p>").Append(StopLinkPage.Text($"{step.Id}: {Names.Of(step.State)}{Of(step.Attempt)}")).Append("</p>");
        return html.ToString();
    }

    static string Of(Attempt? attempt) => attempt is { Items: > 0 } some ? $", {Items(some.Items)}" : "";

    static string Items(long count) => count == 1 ? "1 item" : string.Create(CultureInfo.InvariantCulture, $"{count} items");
}
