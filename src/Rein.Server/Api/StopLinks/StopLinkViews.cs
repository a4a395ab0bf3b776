using Rein.Core.Stores;
using Rein.Protocol;

namespace Rein.Server.Api.StopLinks;

static class StopLinkViews
{
    /// <summary>Without the address, which was told once.</summary>
    public static StopLinkDocument ToDocument(this StopLink link) => new()
    {
        Id = link.Id,
        RunId = link.Run,
        Actor = "link:" + link.Prefix,
        Name = link.Name,
        CreatedBy = link.Creator,
        CreatedAt = link.CreatedAt,
        ExpiresAt = link.ExpiresAt,
    };

    /// <summary>As the audit names it.</summary>
    public static string Target(this StopLink link) => Target(link.Id);

    public static string Target(Guid link) => $"link:{link}";

    public static string Say(this StopLink link) => $"run {link.Run}, acts as link:{link.Prefix}";
}
