using PetBreeds.Pixels.Decoding;
using static TorchSharp.torch;

namespace PetBreeds.Batches.Walkthrough;

/// <summary>The input or output of a step.</summary>
/// <param name="Type">Kind of value: "file", "bytes", "photo", "tensor" or "class".</param>
/// <param name="Element">The type of its elements, such as uint8; null if it has none.</param>
/// <param name="Shape">Its dimensions; empty if it has none.</param>
/// <param name="Min">The smallest element; null if there is none.</param>
/// <param name="Max">The largest element.</param>
/// <param name="Text">The text, for values that are text.</param>
internal sealed record WalkValue(
    string Type, string? Element = null, IReadOnlyList<long>? Shape = null, double? Min = null, double? Max = null, string? Text = null)
{
    /// <summary>"uint8 [460, 613, 3]", or the text.</summary>
    public override string ToString() => Text ?? $"{Element} [{string.Join(", ", Shape ?? [])}]";

    /// <summary>The range, such as "0 … 255" or "−2.12 … 2.64"; empty if there are no elements.</summary>
    public string Range => Min is { } min && Max is { } max ? $"{Say(min)} … {Say(max)}" : "";

    internal static WalkValue Of(string text, string type) => new(type, Text: text);

    internal static WalkValue Of(byte[] bytes) =>
        new("bytes", "uint8", [bytes.Length], bytes.Length > 0 ? bytes.Min() : null, bytes.Length > 0 ? bytes.Max() : null);

    internal static WalkValue Of(RgbImage image) =>
        new("photo", "uint8", [image.Height, image.Width, 3], image.Pixels.Min(), image.Pixels.Max());

    internal static WalkValue Of(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var numbers = tensor.to(ScalarType.Float32);
        return new("tensor", Name(tensor.dtype), tensor.shape, numbers.min().cpu().item<float>(), numbers.max().cpu().item<float>());
    }

    private static string Name(ScalarType type) => type switch
    {
        ScalarType.Byte => "uint8",
        _ => type.ToString().ToLowerInvariant(),
    };

    private string Say(double value) => Element == "float32" ? value.ToString("0.00;−0.00", null) : value.ToString("0", null);
}
