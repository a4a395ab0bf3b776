using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Rein.House.Tests;

sealed record SourceFile(string Path, int Lines, SyntaxTree Tree)
{
    static readonly CSharpParseOptions s_options = new(LanguageVersion.Preview);

    public static IReadOnlyList<SourceFile> Ours { get; } = [.. Repository.Sources().Select(Parse)];

    public static SourceFile Parse(string path) => Parse(path, Repository.Read(path));

    public static SourceFile Parse(string path, string text) =>
        new(path, text.AsSpan().TrimEnd().Count('\n') + 1, CSharpSyntaxTree.ParseText(text, s_options, path));
}
