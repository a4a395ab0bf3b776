using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Rein.System.Tests.Cli;

public sealed class SecureTests : IDisposable
{
    readonly TestCli cli = new();

    [Fact]
    public async Task A_server_on_every_address_shows_its_certificate_with_the_chain_and_is_known_to_the_commands_beside_it()
    {
        using var root = Certificate("CN=root", hours: 3, null);
        using var authority = Certificate("CN=somebody between", hours: 2, root);
        using var certificate = Certificate("CN=rein.example", hours: 1, authority);
        var (file, key) = (
            cli.Write("cert.pem", $"{certificate.ExportCertificatePem()}\n{authority.ExportCertificatePem()}"),
            cli.Write("key.pem", certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem()));
        await using var up = await TestUp.Start(cli, "--listen", "https://0.0.0.0:0", "--certificate", file, "--certificate-key", key);
        Assert.StartsWith("ready https://0.0.0.0:", up.Ready);

        string[] seen = [];
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, chain, _) =>
            (seen = [shown!.GetCertHashString(), .. chain!.ChainPolicy.ExtraStore.Select(sent => sent.GetCertHashString())]).Length > 0;
        using var http = new HttpClient(handler);
        var health = new Uri(up.Ready.Split(' ')[1].Replace("0.0.0.0", "127.0.0.1", StringComparison.Ordinal) + "/healthz");
        Assert.Contains("\"ok\"", await http.GetStringAsync(health, TestContext.Current.CancellationToken));
        Assert.Superset(new HashSet<string> { certificate.GetCertHashString(), authority.GetCertHashString() }, seen.ToHashSet());

        Assert.Equal((0, ""), await cli.Run("runs") is { } said ? (said.Code, said.Errors) : default);
        cli.Environment["REIN_URL"] = $"https://127.0.0.1:{health.Port}";
        Assert.Contains("certificate", (await cli.Run("runs")).Errors);
        Assert.Equal(0, await up.Terminate());
    }

    [Fact]
    public async Task An_address_and_a_certificate_that_do_not_go_together_are_refused()
    {
        Assert.Contains("--certificate", await Errors("--listen", "https://127.0.0.1:0"));
        Assert.Contains("none", await Errors("--port", "0", "--certificate", cli.Write("cert.pem", "x")));
        Assert.Contains("cannot be used", await Errors("--listen", "https://127.0.0.1:0", "--certificate", cli.Write("cert.pem", "x")));
    }

    async Task<string> Errors(params string[] options)
    {
        var said = await cli.Run(["up", .. options]);
        Assert.Equal(2, said.Code);
        return said.Errors;
    }

    /// <summary>Signed by the authority, or else by itself.</summary>
    static X509Certificate2 Certificate(string name, int hours, X509Certificate2? authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(hours > 1, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        if (authority is null)
            return request.CreateSelfSigned(now.AddHours(-hours), now.AddHours(hours));
        using var signed = request.Create(authority, now.AddHours(-hours), now.AddHours(hours), [1, 2, (byte)hours]);
        return signed.CopyWithPrivateKey(key);
    }

    public void Dispose() => cli.Dispose();
}
