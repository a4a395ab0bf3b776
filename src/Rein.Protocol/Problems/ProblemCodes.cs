namespace Rein.Protocol.Problems;

/// <summary>The stable codes of refusals. One never changes its meaning; <c>docs/errors.md</c> says what to do about each.</summary>
public static class ProblemCodes
{
    /// <summary>400: The body is not JSON that can be read.</summary>
    public const string MalformedJson = "malformed_json";

    /// <summary>400: The body has a field that means nothing here.</summary>
    public const string UnknownField = "unknown_field";

    /// <summary>400: A field of the body has a value that cannot be.</summary>
    public const string BadField = "bad_field";

    /// <summary>400: The query has a parameter that means nothing here.</summary>
    public const string UnknownParameter = "unknown_parameter";

    /// <summary>400: A parameter of the query has a value that cannot be.</summary>
    public const string BadParameter = "bad_parameter";

    /// <summary>400: The cursor was not made by this list.</summary>
    public const string BadCursor = "bad_cursor";

    /// <summary>400: The name cannot be used.</summary>
    public const string BadName = "bad_name";

    /// <summary>400: The idempotency key cannot be used.</summary>
    public const string BadIdempotencyKey = "bad_idempotency_key";

    /// <summary>400: The request is not HTTP that can be read.</summary>
    public const string BadRequest = "bad_request";

    /// <summary>401: The request has no key that is known.</summary>
    public const string Unauthenticated = "unauthenticated";

    /// <summary>403: The key may not do this.</summary>
    public const string MissingScope = "missing_scope";

    /// <summary>403: Only the operator of the installation may do this.</summary>
    public const string OperatorOnly = "operator_only";

    /// <summary>403: The step names who may answer it, and this key is not among them.</summary>
    public const string NotAnApprover = "not_an_approver";

    /// <summary>403: The secret is not that of the step.</summary>
    public const string WrongSecret = "wrong_secret";

    /// <summary>403: The key is for workers of another pool.</summary>
    public const string OtherPool = "other_pool";

    /// <summary>403: A key cannot give what it does not have.</summary>
    public const string ScopeNotHeld = "scope_not_held";

    /// <summary>404: There is nothing at this address.</summary>
    public const string RouteNotFound = "route_not_found";

    /// <summary>404: There is no such run.</summary>
    public const string RunNotFound = "run_not_found";

    /// <summary>404: The run has ended, and was pruned.</summary>
    public const string RunPruned = "run_pruned";

    /// <summary>404: The run has no such step, or it waits for nothing of the kind.</summary>
    public const string StepNotFound = "step_not_found";

    /// <summary>404: There is no such workflow, or no such version of it.</summary>
    public const string WorkflowNotFound = "workflow_not_found";

    /// <summary>404: Nothing is known of a pool of this name.</summary>
    public const string PoolNotFound = "pool_not_found";

    /// <summary>404: There is no limit under this key.</summary>
    public const string LimitNotFound = "limit_not_found";

    /// <summary>404: The chain of receipts has no such place yet.</summary>
    public const string PlaceNotFound = "place_not_found";

    /// <summary>404: There is no such key.</summary>
    public const string KeyNotFound = "key_not_found";

    /// <summary>404: Nobody has asked to stop this run.</summary>
    public const string NotStopped = "not_stopped";

    /// <summary>404: This link opens nothing.</summary>
    public const string LinkNotFound = "link_not_found";

    /// <summary>404: There is no such secret.</summary>
    public const string SecretNotFound = "secret_not_found";

    /// <summary>404: There is no such session, or it is over.</summary>
    public const string SessionNotFound = "session_not_found";

    /// <summary>404: There is no such attempt in the hands of this worker.</summary>
    public const string AttemptNotFound = "attempt_not_found";

    /// <summary>405: The address does not take this method.</summary>
    public const string MethodNotAllowed = "method_not_allowed";

    /// <summary>409: The run has ended.</summary>
    public const string RunEnded = "run_ended";

    /// <summary>409: The run is stopping.</summary>
    public const string RunStopping = "run_stopping";

    /// <summary>409: This does not apply to the run as it is now.</summary>
    public const string NotNow = "not_now";

    /// <summary>409: The step was answered otherwise, or its time is up.</summary>
    public const string StepAnswered = "step_answered";

    /// <summary>409: The run has not ended.</summary>
    public const string RunNotEnded = "run_not_ended";

    /// <summary>409: All that the run had to do has succeeded.</summary>
    public const string NothingToRetry = "nothing_to_retry";

    /// <summary>409: No step that would be done again has saved a checkpoint.</summary>
    public const string NoCheckpoint = "no_checkpoint";

    /// <summary>409: The results that would be kept are too large.</summary>
    public const string RetryTooLarge = "retry_too_large";

    /// <summary>409: The account of the run's items is not made yet.</summary>
    public const string ExportNotReady = "export_not_ready";

    /// <summary>409: The account of the run's items was given up.</summary>
    public const string ExportFailed = "export_failed";

    /// <summary>409: The limit is full, and the start said reject.</summary>
    public const string LimitFull = "limit_full";

    /// <summary>409: It is the last key of the organization that may administrate it.</summary>
    public const string LastAdminKey = "last_admin_key";

    /// <summary>409: This server was given no key for secrets.</summary>
    public const string SecretsOff = "secrets_off";

    /// <summary>409: The name is taken.</summary>
    public const string NameTaken = "name_taken";

    /// <summary>409: Another process is the worker of this name.</summary>
    public const string WorkerNameTaken = "worker_name_taken";

    /// <summary>409: The run has as many stop links as it may have.</summary>
    public const string TooManyLinks = "too_many_links";

    /// <summary>409: The limit is part of a workflow.</summary>
    public const string LimitOfWorkflow = "limit_of_workflow";

    /// <summary>409: The attempt is closed, or the fence is old.</summary>
    public const string AttemptFenced = "attempt_fenced";

    /// <summary>413: The checkpoint is too large, or no JSON.</summary>
    public const string CheckpointTooLarge = "checkpoint_too_large";

    /// <summary>413: A batch of reports has too many rows.</summary>
    public const string TooManyRows = "too_many_rows";

    /// <summary>413: The body is too large.</summary>
    public const string BodyTooLarge = "body_too_large";

    /// <summary>415: The body is not said to be JSON.</summary>
    public const string UnsupportedMediaType = "unsupported_media_type";

    /// <summary>422: The definition cannot be run.</summary>
    public const string InvalidDefinition = "invalid_definition";

    /// <summary>422: The definition reads a secret that is not there.</summary>
    public const string UnknownSecret = "unknown_secret";

    /// <summary>422: The input does not fit the workflow.</summary>
    public const string InvalidInput = "invalid_input";

    /// <summary>422: The items have too many fields for a table.</summary>
    public const string TooManyColumns = "too_many_columns";

    /// <summary>422: The idempotency key was used by another request.</summary>
    public const string IdempotencyKeyReused = "idempotency_key_reused";

    /// <summary>429: Too many starts wait to be committed.</summary>
    public const string Busy = "busy";

    /// <summary>429: The key has asked too often.</summary>
    public const string RateLimited = "rate_limited";

    /// <summary>429: The key has too many sessions.</summary>
    public const string TooManySessions = "too_many_sessions";

    /// <summary>429: The key sends too much at once.</summary>
    public const string TooManyBatches = "too_many_batches";

    /// <summary>500: Something is broken in the server.</summary>
    public const string Internal = "internal";

    /// <summary>503: The database does not answer.</summary>
    public const string StoreUnavailable = "store_unavailable";

    /// <summary>507: The disk of the database is full.</summary>
    public const string StoreFull = "store_full";

    /// <summary>507: The database cannot be written.</summary>
    public const string StoreReadOnly = "store_read_only";

    /// <summary>503: The server cannot work now.</summary>
    public const string NotReady = "not_ready";

    /// <summary>Client: The server could not be reached.</summary>
    public const string Unreachable = "unreachable";

    /// <summary>Client: The answer is not of this API.</summary>
    public const string UnexpectedResponse = "unexpected_response";
}
