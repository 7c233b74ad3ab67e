using System.Net;
using System.Runtime.CompilerServices;
using System.Text;

namespace PetBreeds.Reports.Html;

/// <summary>
/// HTML that is safe to write: it consists only of source literals and escaped values.
/// <c>Markup.Of($"&lt;td&gt;{name}&lt;/td&gt;")</c> escapes <c>name</c>, whatever it contains; only another <see cref="Markup"/> is
/// inserted unescaped.
/// </summary>
internal readonly struct Markup
{
    private readonly string? _text;

    private Markup(string text) => _text = text;

    /// <summary>Nothing.</summary>
    public static Markup None => default;

    public static Markup Of(Handler text) => new(text.ToString());

    public static Markup Join(IEnumerable<Markup> parts) => new(string.Concat(parts.Select(part => part.ToString())));

    public static Markup If(bool condition, Func<Markup> then) => condition ? then() : None;

    public override string ToString() => _text ?? "";

    [InterpolatedStringHandler]
    public readonly struct Handler(int literalLength, int formattedCount)
    {
        private readonly StringBuilder _text = new(literalLength + 16 * formattedCount);

        public void AppendLiteral(string literal) => _text.Append(literal);

        public void AppendFormatted(Markup markup) => _text.Append(markup.ToString());

        public void AppendFormatted(string? value) => _text.Append(WebUtility.HtmlEncode(value));

        public void AppendFormatted<T>(T value, string? format = null) where T : IFormattable =>
            _text.Append(WebUtility.HtmlEncode(value.ToString(format, System.Globalization.CultureInfo.InvariantCulture)));

        public override string ToString() => _text.ToString();
    }
}
