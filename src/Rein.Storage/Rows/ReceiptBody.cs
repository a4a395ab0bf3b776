using Rein.Core.Runs;

namespace Rein.Storage.Rows;

/// <summary>
/// What is stored of a receipt entry, and hashed: its JSON to the byte, bound to its run and its place in the receipt.
/// The hash is over the stored bytes, so it never depends on how a later program would write them.
/// </summary>
sealed record ReceiptBody(Guid Run, int Number, ReceiptEntry Entry);
