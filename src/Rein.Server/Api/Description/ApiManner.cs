using Rein.Server.Access;

namespace Rein.Server.Api.Description;

/// <summary>What one of the APIs of this server says of itself in its document; how its endpoints are described is the same for all.</summary>
/// <param name="About">The whole of it.</param>
/// <param name="Key">Where its requests carry one.</param>
/// <param name="Who">Who may ask an endpoint, as a sentence.</param>
/// <param name="Refusal">A refusal, as a sentence.</param>
/// <param name="Refused">The type of its body.</param>
sealed record ApiManner(string Title, string About, KeyPlace Key, Func<Needs, string> Who, string Refusal, Type Refused, string MediaType);
