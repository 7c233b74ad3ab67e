using System.Text.Json;
using PetBreeds.Batches;
using PetBreeds.Batches.Augmentation;
using PetBreeds.Pixels;
using Xunit;

namespace PetBreeds.Tests.Batches.Golden;

/// <summary>Each augmentation and their composition against fastai's own output.</summary>
public class AugmentGoldenTests
{
    private static readonly JsonElement File = Tests.Golden.Json("augment.json");

    public static TheoryData<string> Cases =>
        [.. File.GetProperty("cases").EnumerateArray().Select(item => item.GetProperty("transform").GetString()!)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_fastai(string transform)
    {
        var golden = File.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("transform").GetString() == transform);
        var image = Tensors.Of(File.GetProperty("image")); // float32 [2,3,12,12]
        AugmentParams[] draws = [.. Enumerable.Range(0, (int)image.shape[0]).Select(n => Draw(transform, golden, n))];
        using var augment = new BatchTransform((int)image.shape[2], Normalization.ImageNet);
        var actual = BatchTransform.Light(augment.Sample(image, draws), draws);
        var difference = (actual - Tensors.Of(golden.GetProperty("out"))).abs().max().item<float>();
        Assert.InRange(difference, 0, 1e-4f);
    }

    private static AugmentParams Draw(string transform, JsonElement golden, int n)
    {
        bool Has(string name) => transform.Contains(name, StringComparison.Ordinal);
        JsonElement Own(string name, int index) => golden.GetProperty(name)[index];
        var draw = AugmentParams.Identity;
        if (Has("flip"))
            draw = draw with { Flip = File.GetProperty("flip")[n].GetBoolean() };
        if (Has("rotate"))
            draw = draw with { Rotate = File.GetProperty("rotate_degrees")[n].GetDouble() };
        if (Has("zoom"))
        {
            var centre = File.GetProperty("zoom_pct")[n];
            draw = draw with
            {
                Zoom = File.GetProperty("zoom")[n].GetDouble(),
                ZoomCentre = (centre[0].GetDouble(), centre[1].GetDouble()),
            };
        }
        if (Has("warp"))
        {
            var warp = golden.TryGetProperty("x_t", out _) ? golden
                : File.GetProperty("cases").EnumerateArray().Single(item => item.GetProperty("transform").GetString() == "warp");
            draw = draw with { Warp = (warp.GetProperty("x_t")[n].GetDouble(), warp.GetProperty("y_t")[n].GetDouble()) };
        }
        if (Has("brightness"))
            draw = draw with { Brightness = Own("change", n).GetDouble() };
        if (Has("contrast"))
            draw = draw with { Contrast = Own("scale", n).GetDouble() };
        return draw;
    }
}
