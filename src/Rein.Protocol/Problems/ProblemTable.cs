using System.Collections.Frozen;

namespace Rein.Protocol.Problems;

/// <summary>What a code means.</summary>
/// <param name="Code">Stable.</param>
/// <param name="Status">The HTTP status; 0 for what only a client says.</param>
/// <param name="Title">One sentence.</param>
/// <param name="Meaning">How it comes to that.</param>
/// <param name="Remedy">What to do.</param>
public sealed record ProblemKind(string Code, int Status, string Title, string Meaning, string Remedy);

/// <summary>The one table between codes and HTTP, for server and client alike.</summary>
public static class ProblemTable
{
    /// <summary>Everything a request can be refused with.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        new(ProblemCodes.MalformedJson, 400, "The body is not JSON that can be read.",
            "It breaks off, has a comma too many, names a member twice, or is not valid UTF-8.",
            "Mend the body at the line and byte that `detail` names."),
        new(ProblemCodes.UnknownField, 400, "The body has a field that means nothing here.",
            "A misspelt field would otherwise be lost silently. Fields of features this version does not have are refused as well.",
            "Take the field out, or spell it as `detail` lists it."),
        new(ProblemCodes.BadField, 400, "A field of the body has a value that cannot be.",
            "It is of the wrong type, out of its bounds, or missing.",
            "`errors` names every such field as a JSON pointer, and says what would be right."),
        new(ProblemCodes.UnknownParameter, 400, "The query has a parameter that means nothing here.",
            "A misspelt filter would otherwise answer with everything.",
            "Take the parameter out, or spell it as `detail` lists it."),
        new(ProblemCodes.BadParameter, 400, "A parameter of the query has a value that cannot be.",
            "It is of the wrong form or out of its bounds.",
            "`errors` names every such parameter, and says what would be right."),
        new(ProblemCodes.BadCursor, 400, "The cursor was not made by this list.",
            "Cursors are opaque: they come from an earlier page of the same list.",
            "Begin again without a cursor."),
        new(ProblemCodes.BadName, 400, "The name cannot be used.",
            "Names of workflows are 1 to 100 letters, digits, dots, dashes and underscores.",
            "Choose another name."),
        new(ProblemCodes.BadIdempotencyKey, 400, "The idempotency key cannot be used.",
            "The header Idempotency-Key takes 1 to 200 visible ASCII characters, once.",
            "Send a shorter one, for example a UUID."),
        new(ProblemCodes.BadRequest, 400, "The request is not HTTP that can be read.",
            "A header or the framing of the body is broken, or the body came too slowly.",
            "Look at the client, or at what stands between it and the server."),
        new(ProblemCodes.Unauthenticated, 401, "The request has no key that is known.",
            "The header is missing, is not `Bearer rein_…`, or the key was revoked.",
            "Send `Authorization: Bearer KEY`; the first key is in the file admin.key of the data folder."),
        new(ProblemCodes.MissingScope, 403, "The key may not do this.",
            "Every key has scopes: read, start, stop, work, admin. `detail` names the one that is needed.",
            "Use another key, or make one with that scope."),
        new(ProblemCodes.RouteNotFound, 404, "There is nothing at this address.",
            "The path is misspelt, or the server is older than the client.",
            "See the table of the API, or /openapi/v1.json."),
        new(ProblemCodes.RunNotFound, 404, "There is no such run.",
            "Its id is unknown here. Runs of other organizations are unknown as well.",
            "Look it up with GET /v1/runs."),
        new(ProblemCodes.WorkflowNotFound, 404, "There is no such workflow, or no such version of it.",
            "Nothing was saved under this name in the organization of the key.",
            "Save it with PUT /v1/workflows/NAME."),
        new(ProblemCodes.LimitNotFound, 404, "There is no limit under this key.",
            "A key without a limit has room for everybody.",
            "Set it with PUT /v1/limits/KEY."),
        new(ProblemCodes.PlaceNotFound, 404, "The chain of receipts has no such place.",
            "An export goes on after a place that is sealed already.", "Begin after a place that an earlier export holds, or at 0."),
        new(ProblemCodes.KeyNotFound, 404, "There is no such key.",
            "Its id is unknown, or it was revoked before.",
            "Look it up with GET /v1/keys."),
        new(ProblemCodes.NotStopped, 404, "Nobody has asked to stop this run.",
            "There is a receipt from the moment a stop was asked for, by a person or by the system.",
            "Read the run itself: its state and cause say how it is."),
        new(ProblemCodes.MethodNotAllowed, 405, "The address does not take this method.",
            "The header Allow lists those it takes.",
            "Use one of them."),
        new(ProblemCodes.RunEnded, 409, "The run has ended.",
            "An ended run never changes again.",
            "Start a new one."),
        new(ProblemCodes.RunStopping, 409, "The run is stopping.",
            "A stop cannot be taken back, and nothing may stand against it.",
            "Wait until it has ended, and start a new one."),
        new(ProblemCodes.NotNow, 409, "This does not apply to the run as it is now.",
            "Nothing was changed.",
            "Read the run, and decide again."),
        new(ProblemCodes.ExportNotReady, 409, "The account of the run's items is not made yet.",
            "The run has not ended, or it ended a moment ago and its items are still being counted.",
            "Ask again after the seconds that Retry-After names, or with `?wait=10s`. What there is already is at /v1/runs/ID/items."),
        new(ProblemCodes.ExportFailed, 409, "The account of the run's items was given up.",
            "It was tried several times; `detail` says why the last try failed. The items are there all the same.",
            "Mend the cause, and ask again with POST /v1/runs/ID/export. The items are at /v1/runs/ID/items meanwhile."),
        new(ProblemCodes.LimitFull, 409, "The limit is full, and the start said `reject`.",
            "As many runs as may be admitted under the key are. Nothing was started.",
            "Stop one of them, raise the limit, or start with onConflict `queue`."),
        new(ProblemCodes.BodyTooLarge, 413, "The body is too large.",
            "`detail` names the bound.",
            "Send less at once."),
        new(ProblemCodes.UnsupportedMediaType, 415, "The body is not said to be JSON.",
            "Bodies are sent as application/json.",
            "Send `Content-Type: application/json`."),
        new(ProblemCodes.InvalidDefinition, 422, "The definition cannot be run.",
            "`errors` names everything that is wrong with it, each with a code of its own.",
            "Mend what `errors` lists; every entry names the node."),
        new(ProblemCodes.InvalidInput, 422, "The input does not fit the workflow.",
            "The definition declares what a run may be started with. `errors` names everything that does not fit.",
            "Mend the input; nothing was started."),
        new(ProblemCodes.TooManyColumns, 422, "The items have too many fields for a table.",
            "CSV has a column for every field that any item has, and at most 10,000 of them.",
            "Take NDJSON or JSON."),
        new(ProblemCodes.IdempotencyKeyReused, 422, "The idempotency key was used by another request.",
            "A key stands for one request. Nothing was started.",
            "Use a new key for a new request."),
        new(ProblemCodes.Busy, 429, "Too many starts wait to be committed.",
            "Starts are refused above a bound; stops never are. Nothing was started.",
            "Try again after the seconds that Retry-After names."),
        new(ProblemCodes.Internal, 500, "Something is broken in the server.",
            "It stands in the server's log under the `id`.",
            "Report it with the `id`. A start with an idempotency key, and a stop, may be repeated."),
        new(ProblemCodes.StoreUnavailable, 503, "The database does not answer.",
            "The connection is lost, or the disk is full or busy.",
            "Try again; look at the database and its disk."),
        new(ProblemCodes.NotReady, 503, "The server cannot work now.",
            "`detail` says what is missing.",
            "Look at the database and its disk."),
        new(ProblemCodes.Unreachable, 0, "The server could not be reached.",
            "Said by the client: no connection, or it broke before an answer came. Nothing is known of what the request did.",
            "See whether the server runs (`rein up`) and whether the address is right. A stop, and a start with an idempotency key, may be repeated."),
        new(ProblemCodes.UnexpectedResponse, 0, "The answer is not of this API.",
            "Said by the client: something other than a Rein server answered.",
            "Look at the address, and at what stands between."),
    ];

    static readonly FrozenDictionary<string, ProblemKind> ByCode = All.ToFrozenDictionary(kind => kind.Code, StringComparer.Ordinal);

    /// <summary>The row of a code.</summary>
    /// <param name="code">One of <see cref="ProblemCodes"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such code.</exception>
    public static ProblemKind Of(string code) => ByCode[code];
}
