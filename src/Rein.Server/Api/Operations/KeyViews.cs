using Rein.Core.Stores;
using Rein.Protocol;
using Rein.Server.Api.Views;

namespace Rein.Server.Api.Operations;

static class KeyViews
{
    public static KeyDocument ToDocument(this ApiKey key) => new()
    {
        Id = key.Id,
        Name = key.Name,
        Prefix = key.Prefix,
        Scopes = Names.Of(key.Scopes),
        CreatedAt = key.CreatedAt,
    };
}
