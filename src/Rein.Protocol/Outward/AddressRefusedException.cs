using System.Net;

namespace Rein.Protocol.Outward;

/// <summary>The host has closed addresses only. The message says which option opens this one.</summary>
/// <param name="host">As it was asked for.</param>
/// <param name="address">The first address that it has.</param>
/// <param name="port">Where it was to be reached.</param>
/// <param name="program">Whose option opens it.</param>
public sealed class AddressRefusedException(string host, IPAddress address, int port, string program) : IOException(Say(host, address, port, program))
{
    static string Say(string host, IPAddress address, int port, string program)
    {
        var named = IPAddress.TryParse(host.Trim('[', ']'), out _) ? "" : $", which {host} leads to,";
        var why = ClosedRanges.WhyClosed(address);
        return $"{address}{named} is closed ({why}): requests do not go there; open it with: {program} --allow-address {OpenedAddresses.EntryFor(address, port)}";
    }
}
