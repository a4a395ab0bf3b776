using Rein.Protocol.Workers;

namespace Rein.Worker;

/// <summary>Executes one attempt at a step.</summary>
/// <param name="run">Its input and what it may do.</param>
/// <param name="stop">Fires when somebody wants it to end; <see cref="RunContext.Stop"/> says who and why. Code that ends because of it
/// throws <see cref="OperationCanceledException"/> or returns; code that does not is killed where it can be, and fenced in any case.</param>
/// <returns>What came of it. An exception is a failure with its message.</returns>
public delegate Task<StepResult> StepHandler(RunContext run, CancellationToken stop);

/// <summary>What came of an attempt.</summary>
public sealed record StepResult
{
    StepResult() { }

    /// <summary>Whether it did what it was for.</summary>
    public bool IsSuccess { get; private init; }

    /// <summary>JSON, UTF-8; null for none. At most 1 MB.</summary>
    public ReadOnlyMemory<byte>? Json { get; private init; }

    /// <summary>A sentence for people, where it failed.</summary>
    public string? Error { get; private init; }

    internal StepResult Without(SecretMask? mask) => mask is null
        ? this
        : this with { Json = Json is { } json ? mask.Json(json) : default(ReadOnlyMemory<byte>?), Error = Error is { } error ? mask.Text(error) : null };

    /// <summary>It succeeded, and there is nothing to say.</summary>
    public static StepResult Success { get; } = new() { IsSuccess = true };

    /// <summary>It succeeded with a result that later steps can read.</summary>
    /// <param name="json">A JSON value, UTF-8.</param>
    public static StepResult SuccessWith(ReadOnlyMemory<byte> json) => new() { IsSuccess = true, Json = json };

    /// <summary>It failed; its node says whether it is tried again.</summary>
    /// <param name="error">A sentence for people.</param>
    /// <param name="json">A result nevertheless, e.g. an exit code.</param>
    public static StepResult Failure(string error, ReadOnlyMemory<byte>? json = null) => new() { Error = error, Json = json };
}
