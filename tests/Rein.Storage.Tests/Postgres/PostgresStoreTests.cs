using Rein.Storage.Tests.Contract;

namespace Rein.Storage.Tests.Postgres;

public sealed class PostgresRunTests : RunContract<PostgresDatabase>;

public sealed class PostgresEndedRunTests : EndedRunContract<PostgresDatabase>;

public sealed class PostgresInvariantTests : InvariantContract<PostgresDatabase>;
public sealed class PostgresDamageTests : DamageContract<PostgresDatabase>;

public sealed class PostgresReadyTests : ReadyContract<PostgresDatabase>;

public sealed class PostgresClaimTests : ClaimContract<PostgresDatabase>;

public sealed class PostgresMarkTests : MarkContract<PostgresDatabase>;
public sealed class PostgresAppendTests : AppendContract<PostgresDatabase>;

public sealed class PostgresLimitTests : LimitContract<PostgresDatabase>;

public sealed class PostgresRetentionTests : RetentionContract<PostgresDatabase>;

public sealed class PostgresStartKeyTests : StartKeyContract<PostgresDatabase>;

public sealed class PostgresDutyTests : DutyContract<PostgresDatabase>;

public sealed class PostgresExportTests : ExportContract<PostgresDatabase>;

public sealed class PostgresUsageTests : UsageContract<PostgresDatabase>;

public sealed class PostgresTimerTests : TimerContract<PostgresDatabase>;

public sealed class PostgresSessionTests : SessionContract<PostgresDatabase>;

public sealed class PostgresPoolTests : PoolContract<PostgresDatabase>;

public sealed class PostgresReaderTests : ReaderContract<PostgresDatabase>;

public sealed class PostgresListTests : ListContract<PostgresDatabase>;

public sealed class PostgresNameTests : NameContract<PostgresDatabase>;

public sealed class PostgresLoopTests : LoopContract<PostgresDatabase>;
public sealed class PostgresSealTests : SealContract<PostgresDatabase>;
public sealed class PostgresAccessTests : AccessContract<PostgresDatabase>;

public sealed class PostgresUpgradeTests(Past<PostgresDatabase> past) : UpgradeContract<PostgresDatabase>(past);

public sealed class PostgresExtraTests : ExtraContract<PostgresDatabase>;
