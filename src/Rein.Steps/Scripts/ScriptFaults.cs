using System.Collections.Frozen;

namespace Rein.Steps.Scripts;

/// <summary>Why a script failed: the stable word in the result of its step.</summary>
static class ScriptFaults
{
    public const string NoInterpreter = "no_interpreter";
    public const string NoIsolation = "no_isolation";
    public const string NotStarted = "not_started";
    public const string Syntax = "syntax";
    public const string Exception = "exception";
    public const string NoResult = "no_result";
    public const string BadResult = "bad_result";
    public const string BadItem = "bad_item";
    public const string TooLarge = "too_large";
    public const string TimeUp = "time_up";
    public const string OutOfMemory = "out_of_memory";

    /// <summary>What an interpreter may say itself; every other word of it is <see cref="Exception"/>.</summary>
    public static readonly FrozenSet<string> OfInterpreter = FrozenSet.Create(StringComparer.Ordinal, Syntax, Exception, BadResult, TooLarge, OutOfMemory);
}

/// <summary>Nothing of the script was executed, and why.</summary>
sealed class ScriptTrouble(string code, string why) : Exception(why)
{
    public string Code => code;
}
