using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Rein.Core.Definitions.Expressions;

/// <summary>
/// Reads one expression, from behind <c>{{</c> to behind <c>}}</c>: <c>term ( "||" term )*</c>, where a term is a JSON literal or a path,
/// <c>node.result.x.y[0]["odd name"]</c>, <c>$inputs.x</c>, <c>$secrets.x</c>, <c>$signals.node</c>,
/// <c>$run.id</c>, <c>$item.x</c> or <c>$index</c>.
/// </summary>
ref struct ExpressionParser(string text, int at)
{
    int at = at;

    /// <summary>What is wrong, when <see cref="Read"/> answered null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Behind the expression, once it was read.</summary>
    public readonly int End => at;

    public Expression? Read()
    {
        var start = at;
        var terms = ImmutableArray.CreateBuilder<Term>(1);
        do
        {
            SkipSpace();
            if (ReadTerm() is not { } term) return null;
            terms.Add(term);
            SkipSpace();
        }
        while (Take("||"));

        var end = at;
        if (Take("}}")) return new Expression(text[start..end].Trim(), terms.DrainToImmutable());
        Expected("'||' or '}}'");
        return null;
    }

    Term? ReadTerm() => Peek() switch
    {
        '"' => ReadString() is { } value ? new Literal(TextJson.Element(value)) : null,
        '-' or (>= '0' and <= '9') => ReadNumber(),
        '$' or '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => ReadNamed(),
        '\'' => Expected("a text in double quotes, as in JSON,"),
        _ => Expected("a node, $inputs, $secrets, $signals, $run or a literal as in JSON"),
    };

    Term? ReadNamed()
    {
        var start = at;
        var name = ReadName();
        var next = Peek();
        if (next is not ('.' or '[') && name is "true" or "false" or "null") return new Literal(JsonElement.Parse(name));
        if (ReadSteps() is not { } steps) return null;
        var path = text[start..at];
        return name switch
        {
            "$inputs" => new PathTerm(path, Source.Input, "root", steps),
            "$secrets" => steps is [{ Member: { } secret }]
                ? new PathTerm(path, Source.Secret, secret, [])
                : Expected("one name behind $secrets"),
            "$signals" => steps is [{ Member: { } node }]
                ? new PathTerm(path, Source.Secret, Node.SignalPrefix + node, [])
                : Expected("the id of one node behind $signals"),
            "$run" => steps is [{ Member: "id" }] ? new PathTerm(path, Source.Run, name, []) : Expected("'.id' behind $run"),
            "$item" => new PathTerm(path, Source.Item, name, steps),
            "$index" => steps is [] ? new PathTerm(path, Source.Index, name, []) : Expected("nothing behind $index, which is a number;"),
            ['$', ..] => Expected($"$inputs, $secrets, $signals, $run, $item or $index, not {name};"),
            _ when steps is not [{ Member: "result" }, ..] => Expected($"'.result' behind the node '{name}'"),
            "root" => new PathTerm(path, Source.Input, name, steps.RemoveAt(0)),
            _ => new PathTerm(path, Source.Result, name, steps.RemoveAt(0)),
        };
    }

    ImmutableArray<(string? Member, int Index)>? ReadSteps()
    {
        var steps = ImmutableArray.CreateBuilder<(string?, int)>();
        while (true)
        {
            if (Take("."))
            {
                if (ReadName() is not { Length: > 0 } member) return Nothing("a name behind '.'");
                steps.Add((member, 0));
            }
            else if (Take("["))
            {
                if (ReadBracket() is not { } step) return null;
                steps.Add(step);
            }
            else
            {
                return steps.DrainToImmutable();
            }
        }
    }

    (string? Member, int Index)? ReadBracket()
    {
        (string?, int)? step = null;
        if (Peek() is '"')
        {
            if (ReadString() is not { } member) return null;
            step = (member, 0);
        }
        else if (int.TryParse(Run(char.IsAsciiDigit), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            step = (null, index);
        }

        if (step is not null && Take("]")) return step;
        Expected("an index or a quoted name, and ']'");
        return null;
    }

    // A JSON string; '}}' and '||' inside it are text.
    string? ReadString()
    {
        var start = at++;
        while (at < text.Length && text[at] is not '"') at += text[at] is '\\' ? 2 : 1;
        if (at >= text.Length)
        {
            at = text.Length;
            Expected("a closing '\"'");
            return null;
        }

        at++;
        var value = ReadJson(start);
        if (value is null) Expected("a string as in JSON before here");
        return value?.GetString();
    }

    Literal? ReadNumber()
    {
        var start = at;
        Run(c => char.IsAsciiDigit(c) || c is '-' or '+' or '.' or 'e' or 'E');
        if (ReadJson(start) is { } number) return new Literal(number);
        Expected("a number as in JSON before here");
        return null;
    }

    readonly JsonElement? ReadJson(int start)
    {
        try
        {
            var value = JsonElement.Parse(text.AsSpan(start, at - start));
            if (value.ValueKind is JsonValueKind.String) _ = value.GetString(); // throws on half a surrogate pair
            return value;
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or ArgumentException)
        {
            return null;
        }
    }

    string ReadName()
    {
        var start = at;
        Take("$");
        Run(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
        return text[start..at];
    }

    string Run(Func<char, bool> belongs)
    {
        var start = at;
        while (at < text.Length && belongs(text[at])) at++;
        return text[start..at];
    }

    void SkipSpace() => Run(char.IsWhiteSpace);

    readonly char Peek() => at < text.Length ? text[at] : '\0';

    bool Take(string token)
    {
        if (string.CompareOrdinal(text, at, token, 0, token.Length) != 0) return false;
        at += token.Length;
        return true;
    }

    Term? Expected(string what)
    {
        Problem ??= $"expected {what} at character {at + 1}";
        return null;
    }

    ImmutableArray<(string? Member, int Index)>? Nothing(string what)
    {
        Expected(what);
        return null;
    }
}
