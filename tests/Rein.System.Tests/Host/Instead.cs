using System.Reflection;

namespace Rein.System.Tests.Host;

/// <summary>What is there, but for one member, which the test answers with it in hand.</summary>
public class Instead : DispatchProxy
{
    object real = null!;
    string member = "";
    Func<object?[], object?> answer = null!;

    public static T Of<T>(T real, string member, Func<T, object?[], object?> answer) where T : class
    {
        var proxy = Create<T, Instead>();
        var own = (Instead)(object)proxy;
        (own.real, own.member, own.answer) = (real, member, args => answer(real, args));
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        targetMethod!.Name == member ? answer(args ?? []) : targetMethod.Invoke(real, args);
}
