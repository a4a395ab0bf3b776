using Rein.Core.Runs.Lifecycle;
using Xunit;

namespace Rein.Core.Tests.Explorer;

public sealed class LifecycleDocumentTests
{
    readonly LifecycleDocument document = new(Explorations.Real);

    [Fact]
    public void Every_command_was_asked_in_every_state()
    {
        var commands = typeof(ICommand).Assembly.GetTypes().Where(type => type is { IsClass: true } && type.IsAssignableTo(typeof(ICommand)));
        Assert.Empty(document.Missing(commands.Select(command => command.Name)));
    }

    [Fact]
    public void The_document_of_the_lifecycle_says_what_the_code_does()
    {
        var path = Path.Combine(Root(), "docs", "lifecycle.md");
        var printed = document.Print();
        if (Environment.GetEnvironmentVariable("REIN_WRITE_DOCS") is "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, printed);
        }
        Assert.True(File.Exists(path) && File.ReadAllText(path) == printed, "docs/lifecycle.md is not what the code does: run the tests with REIN_WRITE_DOCS=1 and read the difference");
    }

    static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Directory.Packages.props")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("the tests do not run inside the repository");
        return folder;
    }
}
