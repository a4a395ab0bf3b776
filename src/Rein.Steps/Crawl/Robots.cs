using System.Globalization;

namespace Rein.Steps.Crawl;

/// <summary>What a robots.txt says to one agent, by RFC 9309: the longest pattern decides, and of two equal ones the one that allows.</summary>
sealed class Robots
{
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(60);

    readonly List<Rule> rules = [];

    Robots() { }

    /// <summary>A site that says nothing allows everything.</summary>
    public static Robots Silent { get; } = new();

    /// <summary>How long it asks to wait between two requests, at most a minute; zero when it does not.</summary>
    public TimeSpan Delay { get; private set; }

    /// <param name="agent">The name in front of its version, e.g. Rein of Rein/1.0.</param>
    public static Robots Parse(string text, string agent)
    {
        var (own, everybody) = (new Robots(), new Robots());
        var isNamed = false;
        var named = new List<Robots>();
        var isHead = false;
        foreach (var (field, value) in Lines(text))
        {
            if (field is "user-agent")
            {
                if (!isHead)
                    named.Clear();
                isHead = true;
                if (value is "*")
                    named.Add(everybody);
                else if (Product(value).Equals(Product(agent), StringComparison.OrdinalIgnoreCase))
                {
                    isNamed = true;
                    named.Add(own);
                }
                continue;
            }
            // A rule ends the list of agents that it is for.
            if (field is "allow" or "disallow" or "crawl-delay")
                isHead = false;
            foreach (var robots in named)
                robots.Add(field, value);
        }
        return isNamed ? own : everybody;
    }

    static IEnumerable<(string Field, string Value)> Lines(string text)
    {
        foreach (var raw in text.Split('\n', '\r'))
        {
            var line = raw.Split('#')[0];
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
                yield return (line[..colon].Trim().ToLowerInvariant(), line[(colon + 1)..].Trim());
        }
    }

    static string Product(string agent) => string.Concat(agent.TakeWhile(c => char.IsAsciiLetter(c) || c is '-' or '_'));

    void Add(string field, string value)
    {
        if (field is "allow" or "disallow" && value.Length > 0)
            rules.Add(new(PageUrl.Canonical(value), field is "allow"));
        else if (field is "crawl-delay" && double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            Delay = TimeSpan.FromSeconds(Math.Min(seconds, LongestDelay.TotalSeconds));
    }

    /// <param name="path">Path and query, canonical.</param>
    public bool Allows(string path)
    {
        Rule? decides = null;
        foreach (var rule in rules)
            if ((decides is null || rule.Pattern.Length > decides.Pattern.Length || (rule.Pattern.Length == decides.Pattern.Length && rule.IsAllowed))
                && Matches(rule.Pattern, path))
                decides = rule;
        return decides is null || decides.IsAllowed;
    }

    /// <summary>A star stands for anything, a dollar at the end for the end. Only the last star is ever tried again, so this is no invitation to wait.</summary>
    static bool Matches(string pattern, string path)
    {
        var isWhole = pattern.EndsWith('$');
        var end = isWhole ? pattern.Length - 1 : pattern.Length;
        int p = 0, t = 0, star = -1, resume = 0;
        while (true)
        {
            if (p == end && (!isWhole || t == path.Length))
                return true;
            if (p < end && pattern[p] is '*')
                (star, resume, p) = (p, t, p + 1);
            else if (p < end && t < path.Length && pattern[p] == path[t])
                (p, t) = (p + 1, t + 1);
            else if (star >= 0 && resume < path.Length)
                (p, t, resume) = (star + 1, resume + 1, resume + 1);
            else
                return false;
        }
    }

    sealed record Rule(string Pattern, bool IsAllowed);
}
