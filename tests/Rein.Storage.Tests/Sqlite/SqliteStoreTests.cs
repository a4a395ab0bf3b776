using Rein.Storage.Tests.Contract;

namespace Rein.Storage.Tests.Sqlite;

public sealed class SqliteRunTests : RunContract<SqliteDatabase>;

public sealed class SqliteEndedRunTests : EndedRunContract<SqliteDatabase>;

public sealed class SqliteInvariantTests : InvariantContract<SqliteDatabase>;
public sealed class SqliteDamageTests : DamageContract<SqliteDatabase>;

public sealed class SqliteReadyTests : ReadyContract<SqliteDatabase>;

public sealed class SqliteClaimTests : ClaimContract<SqliteDatabase>;

public sealed class SqliteMarkTests : MarkContract<SqliteDatabase>;
public sealed class SqliteAppendTests : AppendContract<SqliteDatabase>;

public sealed class SqliteLimitTests : LimitContract<SqliteDatabase>;

public sealed class SqliteRetentionTests : RetentionContract<SqliteDatabase>;

public sealed class SqliteStartKeyTests : StartKeyContract<SqliteDatabase>;

public sealed class SqliteDutyTests : DutyContract<SqliteDatabase>;

public sealed class SqliteExportTests : ExportContract<SqliteDatabase>;

public sealed class SqliteUsageTests : UsageContract<SqliteDatabase>;

public sealed class SqliteTimerTests : TimerContract<SqliteDatabase>;

public sealed class SqliteSessionTests : SessionContract<SqliteDatabase>;

public sealed class SqlitePoolTests : PoolContract<SqliteDatabase>;

public sealed class SqliteReaderTests : ReaderContract<SqliteDatabase>;

public sealed class SqliteListTests : ListContract<SqliteDatabase>;

public sealed class SqliteNameTests : NameContract<SqliteDatabase>;

public sealed class SqliteLoopTests : LoopContract<SqliteDatabase>;
public sealed class SqliteSealTests : SealContract<SqliteDatabase>;
public sealed class SqliteAccessTests : AccessContract<SqliteDatabase>;

public sealed class SqliteUpgradeTests(Past<SqliteDatabase> past) : UpgradeContract<SqliteDatabase>(past);

public sealed class SqliteExtraTests : ExtraContract<SqliteDatabase>;
