using System.Text.RegularExpressions;

namespace Rein.House.Tests;

public sealed partial class SqlTests
{
    [Fact]
    public void A_sql_file_is_one_statement()
    {
        // A file of the schema is one migration, and a migration is made of many statements.
        var files = Repository.Ending(".sql").Where(f => !f.Contains("/Schema/", StringComparison.Ordinal));
        None.Of(files.Select(f => (f, Count: Statements(Repository.Read(f)))).Where(f => f.Count != 1).Select(f => $"{f.f}: {f.Count}"));
    }

    [Theory]
    [InlineData("select 1", 1)]
    [InlineData("select 1; -- done;\n", 1)]
    [InlineData("-- why; because\nselect ';', \"a;b\" /* ; */", 1)]
    [InlineData("do $$ begin x; y; end $$;", 1)]
    [InlineData("select 1; select 2", 2)]
    [InlineData("-- nothing", 0)]
    public void Statements_are_counted_outside_of_comments_and_strings(string sql, int count) => Assert.Equal(count, Statements(sql));

    static int Statements(string sql) =>
        Opaque().Replace(sql, m => m.Value[0] is '-' or '/' ? " " : "x").Split(';').Count(s => !string.IsNullOrWhiteSpace(s));

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|""[^""]*""|(\$\w*\$).*?\1", RegexOptions.Singleline)]
    private static partial Regex Opaque();
}
