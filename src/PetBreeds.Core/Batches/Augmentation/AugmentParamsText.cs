namespace PetBreeds.Batches.Augmentation;

/// <summary>Describes a draw for display.</summary>
internal static class AugmentParamsText
{
    private const string Nothing = "unchanged";

    /// <summary>The geometry, such as "mirrored, rotated −7.2°, zoom 1.06, warp (0.12, −0.05), crop 83%".</summary>
    public static string Geometry(AugmentParams draw) => Join([.. Turns(draw), .. Cuts(draw)]);

    /// <summary>The whole augmentation in up to three short lines, for captions.</summary>
    public static string[] Lines(AugmentParams draw)
    {
        string[] lines = [Join(Turns(draw)), Join(Cuts(draw)), Lighting(draw)];
        return [.. lines.Where(line => line != Nothing)];
    }

    /// <summary>The lighting, such as "brightness 0.45, contrast 1.10".</summary>
    public static string Lighting(AugmentParams draw) => Join([
        draw.Brightness != .5 ? $"brightness {draw.Brightness:0.00}" : "",
        draw.Contrast != 1 ? $"contrast {draw.Contrast:0.00}" : ""]);

    private static string[] Turns(AugmentParams draw) =>
    [
        draw.Flip ? "mirrored" : "",
        draw.Rotate != 0 ? $"rotated {Signed(draw.Rotate, "0.0")}°" : "",
        draw.Zoom != 1 ? $"zoom {draw.Zoom:0.00}" : "",
    ];

    private static string[] Cuts(AugmentParams draw) =>
    [
        draw.Warp != (0, 0) ? $"warp ({Signed(draw.Warp.X, "0.00")}, {Signed(draw.Warp.Y, "0.00")})" : "",
        draw.CropArea != 1 ? $"crop {draw.CropArea:0%}" : "",
        draw.Erased is { } erased ? $"erased {erased.Width * erased.Height:0%}" : "",
    ];

    private static string Join(string[] parts) =>
        string.Join(", ", parts.Where(part => part.Length > 0)) is { Length: > 0 } said ? said : Nothing;

    private static string Signed(double value, string format) => value.ToString($"{format};−{format};{format}", null);
}
