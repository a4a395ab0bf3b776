namespace Rein.Steps.Web;

/// <summary>How requests introduce themselves.</summary>
static class Agent
{
    public static string Default { get; } = $"Rein/{typeof(Agent).Assembly.GetName().Version?.ToString(3)}";
}
