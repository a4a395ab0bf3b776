using Rein.Core.Stores;
using Rein.Server.Access;
using Rein.Server.Api.Description;

namespace Rein.Server.Dialects.Lobstr.Users;

/// <summary>Who asks. There are no persons here: it is a key, of an organization.</summary>
static class ReadUser
{
    public static void MapReadUser(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/me", Handle).Needs(Scopes.Read).Answers<UserDocument>().Says("Reads whose key this is.");

    static IResult Handle(Caller caller) => Replies.Of(new UserDocument { Id = Ids.Of(caller.Organization), Username = caller.Actor, IsStaff = caller.IsOperator });
}
