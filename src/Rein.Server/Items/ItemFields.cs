using System.Text;
using System.Text.Json;

namespace Rein.Server.Items;

/// <summary>Goes through the fields of one item. An item that is no object has a single field, `value`.</summary>
ref struct ItemFields(ReadOnlySpan<byte> json)
{
    public const string Value = "value";

    readonly ReadOnlySpan<byte> json = json;
    Utf8JsonReader reader = new(json);
    bool hasBegun;
    bool isOver;

    public string Name { get; private set; } = Value;

    public bool Next()
    {
        if (!hasBegun)
        {
            hasBegun = true;
            reader.Read();
            isOver = reader.TokenType is not JsonTokenType.StartObject;
            if (isOver)
                return true;
        }
        else if (isOver)
            return false;
        else
            // Passes over a value that nobody has asked for; one that was asked for has been passed already.
            reader.Skip();
        reader.Read();
        if (reader.TokenType is JsonTokenType.EndObject)
            return !(isOver = true);
        Name = Unescaped();
        reader.Read();
        return true;
    }

    /// <summary>The field as a text: a string without its quotes, anything else as JSON; null for a null. To be asked once.</summary>
    public string? Text(out bool isString)
    {
        isString = reader.TokenType is JsonTokenType.String;
        if (isString)
            return Unescaped();
        if (reader.TokenType is JsonTokenType.Null)
            return null;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]);
    }

    /// <summary>An escape that stands for half a letter stays as it was sent.</summary>
    readonly string Unescaped()
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Encoding.UTF8.GetString(reader.ValueSpan);
        }
    }
}
