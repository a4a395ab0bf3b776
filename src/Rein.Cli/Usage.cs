using System.CommandLine;
using System.CommandLine.Parsing;

namespace Rein.Cli;

/// <summary>What is wrong with a command line, and whose help says what would be right.</summary>
static class Usage
{
    public static IEnumerable<string> Of(ParseResult parsed) => [.. parsed.Errors.Select(Say), $"See: {PathOf(parsed.CommandResult)} --help"];

    /// <summary>The library names the type it wanted; whoever types wants to hear that it is no number.</summary>
    public static string Say(ParseError error) =>
        error.SymbolResult is OptionResult { Option: { } option, Tokens: [.., var said] } && NumberOf(option.ValueType) is { } number
            ? $"'{said.Value}' is no {number}: {option.Name}."
            : error.Message;

    static string? NumberOf(Type type) => Type.GetTypeCode(Nullable.GetUnderlyingType(type) ?? type) switch
    {
        TypeCode.Double => "number",
        TypeCode.Int32 or TypeCode.Int64 => "whole number",
        _ => null,
    };

    static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)} {command.Command.Name}" : "rein";
}
