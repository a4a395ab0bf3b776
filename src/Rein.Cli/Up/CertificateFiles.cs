using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rein.Cli.Up;

/// <summary>The certificate that an https address is served with.</summary>
static class CertificateFiles
{
    /// <returns>Null for a plain http address.</returns>
    /// <exception cref="CommandException">The address and the files do not go together, or cannot be read.</exception>
    public static X509Certificate2? Load(NodeOptions options)
    {
        var isSecure = options.Listen.StartsWith("https:", StringComparison.OrdinalIgnoreCase);
        if (options.Certificate is not { } file)
            return isSecure || options.CertificateKey is not null
                ? throw new CommandException(ExitCode.BadUsage, "An https address needs --certificate, a file in PEM.")
                : null;
        if (!isSecure)
            throw new CommandException(ExitCode.BadUsage, $"--certificate is for an https address, and {options.Listen} is none.");
        try
        {
            return X509Certificate2.CreateFromPemFile(file, options.CertificateKey ?? file);
        }
        catch (Exception unread) when (unread is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CommandException(ExitCode.BadUsage, $"The certificate in {file} cannot be used: {unread.Message}");
        }
    }
}
