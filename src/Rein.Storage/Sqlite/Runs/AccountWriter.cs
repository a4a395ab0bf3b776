using System.Security.Cryptography;
using System.Text;
using Rein.Core.Runs;
using Rein.Core.Stores;
using Rein.Storage.Rows;
using Rein.Storage.Sqlite.Engine;

namespace Rein.Storage.Sqlite.Runs;

/// <summary>Writes the account of a change: its event row, the requests it answered, the receipt, and the effects that must not be lost.</summary>
sealed class AccountWriter(Connection connection, JsonBuffer json)
{
    public void Write(RunChange change)
    {
        var run = change.After;
        if (!change.Change.Events.IsEmpty)
            connection.Use("Runs/insert_event").Bind(run.Id).Bind(run.Revision).Bind(run.ChangedAt).BindText(json.Lines(change.Change.Events)).Run();
        foreach (var request in change.Change.Requests)
            connection.Use("Runs/insert_stop_request").Bind(run.Id).Bind(request.Number).BindText(json.Request(request)).Run();
        foreach (var effect in change.Change.Effects)
            Write(run, effect);
        foreach (var duty in change.Duties)
            connection.Use("Runs/insert_duty").Bind((int)duty.Kind).Bind(run.Id).Bind(run.Organization).Bind(run.ChangedAt).Run();
    }

    void Write(Run run, Effect effect)
    {
        if (effect is WriteLog line)
            Append(run, line);
        else if (effect is ReceiptEntry entry)
            Append(run, entry);
    }

    void Append(Run run, WriteLog line)
    {
        var text = Encoding.UTF8.GetBytes(line.Line);
        connection.Use("Runs/insert_line").Bind(run.Id).Bind(line.Step).Bind(run.ChangedAt).BindBlob(text).Run();
    }

    void Append(Run run, ReceiptEntry entry)
    {
        var number = connection.Use("Runs/next_receipt_entry").Bind(run.Id).ReadOne(row => row.Int());
        var body = json.Receipt(new(run.Id, number, entry)).Span;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        connection.Use("Runs/insert_receipt_entry")
            .Bind(run.Id).Bind(number).Bind(run.Organization).Bind((int)entry.Kind).BindText(body).BindBlob(hash).Run();
    }
}
