using Rein.System.Tests.Host;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCaseOrderer(typeof(SameOrder))]
[assembly: TestCollectionOrderer(typeof(SameOrder))]

namespace Rein.System.Tests.Host;

/// <summary>
/// Any order, but the same in every clone: the runner's own follows the folder that the assembly lies in, so that a test which
/// leans on another fails in one folder and passes in the next.
/// </summary>
public sealed class SameOrder : ITestCaseOrderer, ITestCollectionOrderer
{
    public IReadOnlyCollection<T> OrderTestCases<T>(IReadOnlyCollection<T> testCases) where T : notnull, ITestCase =>
        [.. testCases.OrderBy(test => Drawn(test.TestCaseDisplayName)).ThenBy(test => test.TestCaseDisplayName, StringComparer.Ordinal)];

    public IReadOnlyCollection<T> OrderTestCollections<T>(IReadOnlyCollection<T> testCollections) where T : ITestCollection =>
        [.. testCollections.OrderBy(tests => Drawn(tests.TestCollectionDisplayName)).ThenBy(tests => tests.TestCollectionDisplayName, StringComparer.Ordinal)];

    /// <summary>FNV-1a.</summary>
    static uint Drawn(string name) => name.Aggregate(2166136261u, (hash, letter) => (hash ^ letter) * 16777619);
}
