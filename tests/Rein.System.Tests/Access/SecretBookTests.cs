using Rein.Core.Stores;
using Rein.Server.Secrets;

namespace Rein.System.Tests.Access;

/// <summary>Several read at once what one memory remembers.</summary>
public sealed class SecretBookTests
{
    static readonly Guid Organization = Guid.CreateVersion7(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_secret_that_is_there_is_not_missed_while_somebody_else_reads_it_anew()
    {
        var store = new Gated();
        var book = new SecretBook(store, null, TimeProvider.System);
        var first = Task.Run(() => Read(book, "A", "B"));
        await store.Reaches("B");
        var second = Task.Run(() => Read(book, "C", "A"));
        await store.Reaches("C");

        store.Pass("B");

        // Without a key none of them can be opened, which says that it is there.
        Assert.Equal(["A", "B"], await first);
        store.Pass("C");
        Assert.Equal(["A", "C"], await second);
    }

    static async Task<IReadOnlyList<string>> Read(SecretBook book, params string[] names) =>
        [.. (await book.Read(Organization, names, CancellationToken.None)).Unreadable.Keys.Order()];

    /// <summary>Hands out one secret after the other, B and C when they may pass.</summary>
    sealed class Gated : ISecretStore
    {
        readonly Dictionary<string, (TaskCompletionSource Reached, ManualResetEventSlim MayPass)> gates = new()
        {
            ["B"] = (new(TaskCreationOptions.RunContinuationsAsynchronously), new()), ["C"] = (new(TaskCreationOptions.RunContinuationsAsynchronously), new()),
        };

        public Task Reaches(string name) => gates[name].Reached.Task.WaitAsync(TimeSpan.FromSeconds(30));

        public void Pass(string name) => gates[name].MayPass.Set();

        public Task<IReadOnlyList<SealedSecret>> Find(Guid organization, IReadOnlyCollection<string> names, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<SealedSecret>>(new Slow([.. names.Select(name => new SealedSecret(organization, name, "", default, default))], this));

        void Wait(string name)
        {
            if (!gates.TryGetValue(name, out var gate))
                return;
            gate.Reached.TrySetResult();
            gate.MayPass.Wait(TimeSpan.FromSeconds(30));
        }

        sealed class Slow(IReadOnlyList<SealedSecret> inner, Gated gated) : IReadOnlyList<SealedSecret>
        {
            public int Count => inner.Count;

            public SealedSecret this[int index] => inner[index];

            public IEnumerator<SealedSecret> GetEnumerator()
            {
                foreach (var secret in inner)
                {
                    gated.Wait(secret.Name);
                    yield return secret;
                }
            }

            global::System.Collections.IEnumerator global::System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
        }

        public Task<bool> Put(SealedSecret secret, AuditEntry? audit, CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyList<SealedSecret>> List(Guid organization, CancellationToken cancel) => throw new NotSupportedException();

        public Task<bool> Remove(Guid organization, string name, AuditEntry? audit, CancellationToken cancel) => throw new NotSupportedException();

        public Task<IReadOnlyList<SealedSecret>> NotUnder(string keyId, CancellationToken cancel) => throw new NotSupportedException();

        public Task Reseal(SealedSecret before, SealedSecret after, CancellationToken cancel) => throw new NotSupportedException();
    }
}
