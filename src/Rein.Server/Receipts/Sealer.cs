using Rein.Core.Stores;
using Rein.Protocol.Receipts;
using Rein.Server.Metrics;
using Rein.Server.Upkeep;

namespace Rein.Server.Receipts;

/// <summary>
/// Gives receipt entries their places and seals them: woken by stops, and at most once a second, so that many share one signature and one commit. On a slow
/// tick it finds what other nodes and a former life have left.
/// </summary>
sealed class Sealer(ISealStore seals, SigningKey key, Instruments metrics, TimeProvider time, Alarm alarm)
{
    /// <summary>Entries under one seal: a stop may have to wait for the commit of so many.</summary>
    const int AtOnce = 100;

    const int OrganizationsAtOnce = 100;
    static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    static readonly TimeSpan SlowTick = TimeSpan.FromSeconds(10);

    public async Task Run(CancellationToken stop)
    {
        await seals.Remember(key.Public(time.GetUtcNow()), stop);
        while (true)
        {
            foreach (var organization in await seals.Owing(OrganizationsAtOnce, stop))
                await Seal(organization, stop);
            await alarm.Sleep(null, SlowTick, stop);
            await Task.Delay(Rest, time, stop);
        }
    }

    async Task Seal(Guid organization, CancellationToken stop)
    {
        int sealedNow;
        do
        {
            var end = await seals.LooseEnd(organization, AtOnce, stop);
            sealedNow = end.Entries.Count;
            if (sealedNow == 0)
                return;
            var links = Chain(end);
            if (!await seals.Append(organization, links, Sign(organization, end, links[^1]), stop))
                return;
            metrics.ReceiptsSealed.Add(sealedNow);
        }
        while (sealedNow == AtOnce);
    }

    static List<ChainLink> Chain(LooseEnd end)
    {
        var (place, link) = (end.Last?.Place ?? 0, end.Last?.Link ?? ReceiptChain.Start);
        var links = new List<ChainLink>(end.Entries.Count);
        foreach (var entry in end.Entries)
        {
            link = ReceiptChain.Link(link.Span, ++place, entry.Run, entry.Number, entry.Hash.Span);
            links.Add(new(entry.Run, entry.Number, place, link));
        }
        return links;
    }

    Seal Sign(Guid organization, LooseEnd end, ChainLink last)
    {
        var (number, at) = ((end.Last?.Number ?? 0) + 1, ToTheMicrosecond(time.GetUtcNow()));
        var text = ReceiptChain.SealText(organization, number, last.Place, last.Link.Span, at, key.Id);
        return new(number, last.Place, last.Link, at, key.Id, key.Sign(text));
    }

    static DateTimeOffset ToTheMicrosecond(DateTimeOffset time) => new(time.UtcTicks / TimeSpan.TicksPerMicrosecond * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
