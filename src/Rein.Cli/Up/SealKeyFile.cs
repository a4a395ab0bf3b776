using System.Security.Cryptography;

namespace Rein.Cli.Up;

/// <summary>The key that a server seals its receipts with: `seal.key` in the data folder, made with it, or a file that several nodes share.</summary>
static class SealKeyFile
{
    /// <param name="shared">Null is the data folder's own.</param>
    /// <returns>A private key in PEM. Its public half lies beside the folder's own, for whoever verifies.</returns>
    /// <exception cref="CommandException">The file is there, and cannot be read or is no key.</exception>
    public static string Ensure(DataFolder folder, string? shared)
    {
        var file = shared ?? folder.SealKeyFile;
        if (shared is null && !File.Exists(file))
            Make(folder);
        try
        {
            var pem = File.ReadAllText(file);
            using var key = ECDsa.Create();
            key.ImportFromPem(pem);
            if (shared is null)
                folder.WriteSealPublicKey(key.ExportSubjectPublicKeyInfoPem());
            return pem;
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CommandException(
                ExitCode.BadUsage,
                $"The key in {file}, which seals receipts, cannot be used: {broken.Message} Give another with --seal-key, or restore it; without it a new chain of trust begins.");
        }
    }

    static void Make(DataFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        folder.WriteSealKey(key.ExportPkcs8PrivateKeyPem());
    }
}
