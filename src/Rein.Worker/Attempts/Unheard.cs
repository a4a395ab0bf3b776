using System.Text.Json;
using System.Text.Json.Serialization;
using Rein.Protocol.Workers;

namespace Rein.Worker.Attempts;

/// <summary>
/// How attempts ended of which no server has heard it: what was killed must not be proved as if it had gone by itself. It is said when a server asks. With a folder it outlives a process that has come to
/// its end in order.
/// </summary>
sealed class Unheard(string? folder)
{
    static readonly JsonSerializerOptions s_json = new(JsonSerializerOptions.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) } };

    readonly RecentAttempts<AttemptProof> known = new();
    string? file;

    public void Keep(AttemptRef attempt, AttemptProof proof) => known.Keep(attempt, proof);

    public AttemptProof? Find(AttemptRef attempt) => known.Find(attempt);

    /// <summary>A server has taken it. Of what is left somebody may ask again.</summary>
    public void Heard(AttemptRef attempt, AttemptProof proof)
    {
        if (IsWhole(proof))
            known.Remove(attempt);
    }

    /// <summary>What a former life has left in the folder; from here on it is this one's.</summary>
    public void Read()
    {
        if (string.IsNullOrEmpty(folder) || file is not null)
            return;
        file = Path.Combine(folder, "unheard.json");
        try
        {
            if (File.Exists(file))
                foreach (var note in JsonSerializer.Deserialize<Note?[]>(File.ReadAllBytes(file), s_json) ?? [])
                    if (note is { Proof.Residuals: not null })
                        Keep(note.Attempt, note.Proof);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            // Then nothing is known of them, as of those of a life that was killed.
        }
    }

    /// <summary>What ended, and waits for its answer still, will have none.</summary>
    public void Keep(IEnumerable<RunningAttempt> held)
    {
        foreach (var (attempt, proof) in EndedOf(held))
            Keep(attempt, proof);
    }

    /// <summary>For the next life, with what ended here and waits for its answer still. What could not be ended is looked for anew.</summary>
    public void Write(IEnumerable<RunningAttempt> held)
    {
        if (file is null)
            return;
        try
        {
            Write([.. known.All().Select(one => new Note(one.Attempt, one.What)).Concat(EndedOf(held)).Where(note => IsWhole(note.Proof)).DistinctBy(note => note.Attempt)], file);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // The next life proves what it finds.
        }
    }

    static void Write(Note[] notes, string file)
    {
        if (notes is [])
        {
            File.Delete(file);
            return;
        }
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(notes, s_json));
        File.Move(file + ".new", file, overwrite: true);
    }

    static IEnumerable<Note> EndedOf(IEnumerable<RunningAttempt> held) =>
        held.Where(attempt => attempt.Found is not null).Select(attempt => new Note(attempt.Attempt, attempt.Found!));

    static bool IsWhole(AttemptProof proof) => proof.Residuals.Count == 0;

    sealed record Note(AttemptRef Attempt, AttemptProof Proof);
}
