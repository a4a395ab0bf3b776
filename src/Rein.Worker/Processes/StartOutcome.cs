namespace Rein.Worker.Processes;

/// <summary>What became of a start: it runs, or it never did. There is no third outcome and no exception.</summary>
public abstract record StartOutcome
{
    StartOutcome() { }

    /// <summary>It runs, contained.</summary>
    public sealed record Started(ContainedProcess Process) : StartOutcome;

    /// <summary>Nothing was started, and <paramref name="Why"/> says it in words for people.</summary>
    public sealed record Refused(StartFault Fault, string Why) : StartOutcome;
}

/// <summary>Why a process could not be started.</summary>
public enum StartFault
{
    /// <summary>The command is empty, or something in it, in the environment or in the folder cannot be handed to a process.</summary>
    Invalid,

    /// <summary>There is no such program, or the interpreter that its first line names is missing.</summary>
    NotFound,

    /// <summary>There is such a file, but it may not be executed, or it is no program.</summary>
    NotExecutable,

    /// <summary>The working directory is missing, no folder, or may not be entered.</summary>
    NoWorkingDirectory,

    /// <summary>Command and environment together are larger than the system takes.</summary>
    TooLarge,

    /// <summary>The machine has no memory, processes or file handles left; the same start may succeed later.</summary>
    OutOfResources,

    /// <summary>Its attempt was stopped first.</summary>
    Stopped,
}
