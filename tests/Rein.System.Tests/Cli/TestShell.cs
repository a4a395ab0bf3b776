using System.Diagnostics;

namespace Rein.System.Tests.Cli;

/// <summary>A real shell that was started as its user starts it, with the line of docs/cli.md, and in which Tab is pressed.</summary>
sealed class TestShell(IReadOnlyDictionary<string, string> environment) : IDisposable
{
    const string Press = "== ";

    /// <summary>Its own function for the command, called as bash calls it.</summary>
    const string Bash = """
        source <(rein completion bash)
        [[ $(complete -p rein) == *" -F _rein_complete rein" ]] || exit 9
        for line; do
          COMP_LINE="rein $line"; COMP_POINT=${#COMP_LINE}
          read -r -a COMP_WORDS <<< "$COMP_LINE"; [[ $COMP_LINE == *" " ]] && COMP_WORDS+=("")
          COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
          _rein_complete; printf '%s\n' "== $line" "${COMPREPLY[@]}"
        done
        """;

    /// <summary>A start-up file: zsh completes where somebody sits before a terminal, and nowhere else.</summary>
    const string Zsh = """
        autoload -Uz compinit && compinit -D -u
        source <(rein completion zsh)
        compadd() { local -a hits; builtin compadd -A hits "$@"; offered+=("${hits[@]}"); builtin compadd "$@"; }
        zle-line-init() {
          local line
          for line in "${(f)TYPED}"; do
            offered=() BUFFER="rein $line" CURSOR=$(($#line + 5))
            zle complete-word
            print -rl -- "== $line" "${offered[@]}" >> said
          done
          exit
        }
        zle -N zle-line-init
        """;

    const string Fish = """
        rein completion fish | source
        for line in $argv
          printf '%s\n' "== $line" (complete -C "rein $line")
        end
        """;

    /// <summary>Python is what gives it a terminal.</summary>
    static readonly string[] s_terminal = ["python3", "-c", "import pty, sys; pty.spawn(sys.argv[1:])"];

    readonly string folder = Directory.CreateTempSubdirectory("rein-shell-").FullName;

    /// <summary>What each of the lines is offered, as the shell would write it; the command itself stands before all of them.</summary>
    public async Task<IReadOnlyDictionary<string, string[]>> Tab(string shell, params string[] lines)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, ".zshrc"), Zsh);
        string[] command = shell switch
        {
            "bash" => ["bash", "--norc", "-c", Bash, "bash", .. lines],
            "zsh" => [.. s_terminal, "zsh", "-d", "-i"],
            _ => ["fish", "--no-config", "-c", Fish, .. lines],
        };
        var said = await Run(command, ("ZDOTDIR", folder), ("TYPED", string.Join('\n', lines)), ("TERM", "xterm"));
        var output = shell is "zsh" ? await File.ReadAllTextAsync(Path.Combine(folder, "said")) : said.Output;
        return output.Split(Press, StringSplitOptions.RemoveEmptyEntries).Select(press => press.TrimEnd('\n').Split('\n'))
            .ToDictionary(press => press[0], press => press[1..]);
    }

    /// <summary>What a shell is answered.</summary>
    public async Task<string[]> Ask(string line) =>
        (await Run(["rein", $"[suggest:{line.Length + 5}]", $"rein {line}"])).Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    async Task<Said> Run(string[] command, params (string Name, string Value)[] more)
    {
        var start = new ProcessStartInfo("env", command)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder,
        };
        start.Environment["PATH"] = $"{AppContext.BaseDirectory}:{start.Environment["PATH"]}";
        start.Environment["REIN_DATA"] = folder;
        // On a machine with other work a second is short.
        start.Environment["REIN_COMPLETION_MS"] = "30000";
        foreach (var (name, value) in environment.Select(set => (set.Key, set.Value)).Concat(more))
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = await TestCli.Until(process);
        Assert.Equal((0, ""), (said.Code, said.Errors));
        return said;
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
