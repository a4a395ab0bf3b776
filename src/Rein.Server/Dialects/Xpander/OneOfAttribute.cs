using System.ComponentModel.DataAnnotations;

namespace Rein.Server.Dialects.Xpander;

/// <summary>The words that a field takes, for the document. Whoever reads the field splits the same text.</summary>
/// <param name="words">With blanks between them.</param>
[AttributeUsage(AttributeTargets.Property)]
sealed class OneOfAttribute(string words) : AllowedValuesAttribute([.. words.Split(' '), null]);
