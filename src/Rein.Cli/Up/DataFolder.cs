using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rein.Cli.Up;

/// <summary>The files through which a server and the commands on its machine find each other.</summary>
sealed class DataFolder(string path)
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnerEnters = OwnerOnly | UnixFileMode.UserExecute;

    public static string Default => Environment.GetEnvironmentVariable("REIN_DATA") is { Length: > 0 } data ? data : ".rein";

    /// <summary>Settings that lie in a data folder; null where there are none.</summary>
    public static string? SettingsIn(string path) => System.IO.Path.Combine(path, "rein.json") is var file && File.Exists(file) ? file : null;

    public string Path { get; } = System.IO.Path.GetFullPath(path);

    public string KeyFile => System.IO.Path.Combine(Path, "admin.key");

    public string SealKeyFile => System.IO.Path.Combine(Path, "seal.key");

    public string SealPublicKeyFile => System.IO.Path.Combine(Path, "seal.pub");

    public string SecretKeyFile => System.IO.Path.Combine(Path, "secret.key");

    string ServerFile => System.IO.Path.Combine(Path, "server.json");

    string InstallationFile => System.IO.Path.Combine(Path, "installation");

    /// <summary>Makes it where it is missing, and sees that it can be written: a server that cannot says so before it does anything else.</summary>
    public void Create()
    {
        try
        {
            Directory.CreateDirectory(Path, OwnerEnters);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(ExitCode.BadUsage, $"The data folder {Path} cannot be made: {problem.Message}");
        }
        Write(InstallationFile, Read(InstallationFile) ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)));
    }

    /// <summary>A name that stays with the folder, so that two installations on one machine never touch each other's processes.</summary>
    public string Installation() => Read(InstallationFile) ?? throw new InvalidOperationException("The folder was not made.");

    public string? Key() => Read(KeyFile);

    public void WriteKey(string key) => Write(KeyFile, key);

    public void WriteSealKey(string pem) => Write(SealKeyFile, pem);

    public void WriteSealPublicKey(string pem)
    {
        if (Read(SealPublicKeyFile) != pem)
            Write(SealPublicKeyFile, pem);
    }

    public void ForgetKey() => File.Delete(KeyFile);

    /// <summary>What secrets are sealed under; null where there is no file.</summary>
    public string? SecretKey() => Read(SecretKeyFile);

    public void WriteSecretKey(string key) => Write(SecretKeyFile, key);

    public ServerAddress? Server()
    {
        try
        {
            return Read(ServerFile) is { } text ? JsonSerializer.Deserialize(text, FolderJson.Default.ServerAddress) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void WriteServer(ServerAddress server) => Write(ServerFile, JsonSerializer.Serialize(server, FolderJson.Default.ServerAddress));

    public void ForgetServer()
    {
        try
        {
            File.Delete(ServerFile);
        }
        catch (Exception kept) when (kept is IOException or UnauthorizedAccessException)
        {
            // The process id in it says that nobody is there.
        }
    }

    static string? Read(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim() is { Length: > 0 } text ? text : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whole or not at all, and readable by nobody else from its first byte.</summary>
    /// <exception cref="CommandException">It cannot be written.</exception>
    static void Write(string file, string text)
    {
        var draft = file + ".new";
        try
        {
            File.Delete(draft);
            using (var stream = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnerOnly }))
            {
                stream.Write(Encoding.UTF8.GetBytes(text + "\n"));
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, file, overwrite: true);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException(
                ExitCode.BadUsage,
                $"The data folder cannot be written: {problem.Message} Make room, or make it and its file system writable, or give another folder with --data.");
        }
    }
}

/// <summary>Where a running server answers the commands of its own machine.</summary>
/// <param name="Certificate">SHA-256 over the certificate that it shows, in hex: here its name need not be theirs, and whoever signed it need not be known.</param>
sealed record ServerAddress(string Url, int Pid, string? Certificate = null)
{
    /// <summary>A server that listens on every address of its machine is called on one of them.</summary>
    public static ServerAddress Of(string url, X509Certificate2? certificate)
    {
        var address = new UriBuilder(url);
        address.Host = address.Host switch { "0.0.0.0" => "127.0.0.1", "[::]" => "[::1]", var host => host };
        return new(address.Uri.GetLeftPart(UriPartial.Authority), Environment.ProcessId, certificate?.GetCertHashString(HashAlgorithmName.SHA256));
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ServerAddress))]
sealed partial class FolderJson : JsonSerializerContext;
