using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Rein.House.Tests;

/// <summary>The unit for systemd and the Dockerfile, which nothing else here runs: what they take for granted is so.</summary>
public sealed partial class DeploymentTests
{
    const string Unit = "deploy/rein.service";

    static readonly ILookup<string, string> s_unit = Repository.Read(Unit).Split('\n')
        .Where(line => line.Contains('=', StringComparison.Ordinal) && !line.StartsWith('#'))
        .ToLookup(line => line.Split('=', 2)[0], line => line.Split('=', 2)[1]);

    static readonly IReadOnlyList<(string Verb, string Text)> s_image =
        [.. Instruction().Matches(Repository.Read("Dockerfile")).Select(found => (found.Groups["verb"].Value, found.Groups["text"].Value.Trim()))];

    [Fact]
    public void The_unit_starts_again_whatever_ends_but_not_with_a_setting_that_cannot_work()
    {
        Assert.Equal("always", Said("Restart"));
        Assert.Equal(BadUsage().Match(Repository.Read("src/Rein.Cli/ExitCode.cs")).Groups[1].Value, Said("RestartPreventExitStatus"));
    }

    [Fact]
    public void The_unit_lets_a_stop_of_the_server_end_in_order_and_a_stop_of_a_run_reach_everything()
    {
        Assert.Equal(("SIGTERM", "mixed", "yes"), (Said("KillSignal"), Said("KillMode"), Said("Delegate")));
        Assert.InRange(int.Parse(Said("TimeoutStopSec"), provider: null), 10, 90);
    }

    [Fact]
    public void The_unit_gives_the_server_the_folder_that_it_is_told_to_work_in_and_nobody_else()
    {
        var data = DataOption().Match(Said("ExecStart")).Groups[1].Value;
        Assert.Equal($"/var/lib/{Said("StateDirectory")}", data);
        Assert.Equal("0700", Said("StateDirectoryMode"));
    }

    /// <summary>Of whoever is of the same user, and that is what it executes.</summary>
    [Fact]
    public void However_it_is_started_the_runtime_tells_nobody_what_is_in_its_memory()
    {
        Assert.Equal("DOTNET_EnableDiagnostics=0", Said("Environment"));
        Assert.Contains("DOTNET_EnableDiagnostics=0", Line("ENV").Split(' '));
        Assert.Contains("export DOTNET_EnableDiagnostics=${DOTNET_EnableDiagnostics:-0}\nexec ", Repository.Read("rein"), StringComparison.Ordinal);
    }

    /// <summary>Where there is no systemd, whatever it would say of a name that it does not know is said nowhere: each one is therefore one of these.</summary>
    [Fact]
    public async Task The_unit_says_nothing_that_systemd_does_not_know()
    {
        string[] known =
        [
            "Description", "After", "Wants", "ExecStart", "User", "Environment", "StateDirectory", "StateDirectoryMode", "Restart", "RestartSec", "RestartPreventExitStatus", "KillSignal",
            "TimeoutStopSec", "Delegate", "KillMode", "NoNewPrivileges", "ProtectSystem", "PrivateTmp", "WantedBy",
        ];
        None.Of(s_unit.Select(said => said.Key).Except(known));
        if (await Verified() is { } said)
            Assert.Equal("", said);
    }

    [Fact]
    public void The_image_copies_what_is_there_and_publishes_what_it_starts()
    {
        var copies = s_image.Where(line => line.Verb is "COPY").Select(line => line.Text.Split(' ')).ToList();
        None.Of(copies.Where(words => !words[0].StartsWith("--from=", StringComparison.Ordinal)).SelectMany(words => words[..^1]).Where(path => !Repository.Exists(path)));
        var publish = Publish().Match(Repository.Read("Dockerfile"));
        Assert.True(Repository.Exists(publish.Groups["project"].Value));
        Assert.Contains($"AS {From().Match(copies[^1][0]).Groups[1].Value}", s_image[0].Text, StringComparison.Ordinal);
        Assert.Equal(publish.Groups["to"].Value, copies[^1][1]);
        var program = JsonSerializer.Deserialize<string[]>(Line("ENTRYPOINT"))![0];
        Assert.Equal($"{copies[^1][2]}/{AssemblyName().Match(Repository.Read($"{publish.Groups["project"].Value}/Rein.Cli.csproj")).Groups[1].Value}", program);
    }

    [Fact]
    public void The_image_is_built_by_the_SDK_that_everybody_else_builds_with_and_keeps_its_data_in_the_volume()
    {
        var sdk = JsonDocument.Parse(Repository.Read("global.json")).RootElement.GetProperty("sdk").GetProperty("version").GetString()!;
        Assert.All(s_image.Where(line => line.Verb is "FROM"), line => Assert.StartsWith(sdk[..4], line.Text.Split(' ')[0].Split(':')[^1], StringComparison.Ordinal));
        Assert.Contains($"REIN_DATA={Line("VOLUME")}", Line("ENV").Split(' '));
        Assert.Equal("SIGTERM", Line("STOPSIGNAL"));
        Assert.EndsWith($":{Line("EXPOSE")}", JsonSerializer.Deserialize<string[]>(Line("CMD"))![^1], StringComparison.Ordinal);
    }

    static string Said(string name) => Assert.Single(s_unit[name]);

    static string Line(string verb) => Assert.Single(s_image, line => line.Verb == verb).Text;

    /// <summary>What systemd has to say of the unit; null where there is no systemd. Its program lies elsewhere in this house, so another stands for it.</summary>
    static async Task<string?> Verified()
    {
        var folder = Directory.CreateTempSubdirectory("rein-unit-");
        try
        {
            var unit = Path.Combine(folder.FullName, Path.GetFileName(Unit));
            await File.WriteAllTextAsync(unit, Repository.Read(Unit).Replace("/opt/rein/rein", "/bin/true", StringComparison.Ordinal), TestContext.Current.CancellationToken);
            using var verify = Process.Start(new ProcessStartInfo("systemd-analyze", ["verify", "--man=no", unit]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var errors = await verify.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await verify.WaitForExitAsync(TestContext.Current.CancellationToken);
            // Units of the machine may be wrong as well.
            return string.Join('\n', errors.Split('\n').Where(line => line.Contains(Path.GetFileName(Unit), StringComparison.Ordinal)));
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [GeneratedRegex(@"^(?<verb>[A-Z]+) (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"BadUsage = (\d+)")]
    private static partial Regex BadUsage();

    [GeneratedRegex(@"--data (\S+)")]
    private static partial Regex DataOption();

    [GeneratedRegex(@"dotnet publish (?<project>\S+) .*-o (?<to>\S+)")]
    private static partial Regex Publish();

    [GeneratedRegex(@"--from=(\w+)")]
    private static partial Regex From();

    [GeneratedRegex(@"<AssemblyName>(\w+)</AssemblyName>")]
    private static partial Regex AssemblyName();
}
