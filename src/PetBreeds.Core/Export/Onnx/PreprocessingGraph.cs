using PetBreeds.Batches;
using PetBreeds.Pixels;
using static Onnx.TensorProto.Types;

namespace PetBreeds.Export.Onnx;

/// <summary>
/// What is done to a photo before the network sees it, as part of a graph: <see cref="Presizer"/>, then the centre crop and
/// <see cref="BatchTransform"/> without augmentation. uint8 [N, H, W, 3] → float32 [N, 3, size, size].
/// </summary>
/// <remarks>
/// The sizes are computed in the graph, in integers as in <see cref="Presizer"/>: left to a scale, Resize would sample at other places (up
/// to 91 of 255 apart). Antialiased and with weights outside the photo excluded it is Pillow's algorithm, as libtorch's is (1 of 255).
/// </remarks>
internal static class PreprocessingGraph
{
    /// <summary>Adds all of it.</summary>
    /// <param name="graph">Gets the nodes.</param>
    /// <param name="preprocessing">Of the model.</param>
    /// <param name="pixels">uint8 [N, H, W, 3].</param>
    public static string Build(GraphBuilder graph, Preprocessing preprocessing, string pixels)
    {
        var window = CentreCrop(graph, Presize(graph, pixels, preprocessing.Presize), preprocessing.Presize);
        var values = graph.Add("Cast", [window.Pixels], null, ("to", (int)DataType.Float));
        if (preprocessing.Presize != preprocessing.Size)
            values = Resample(graph, values, preprocessing.Presize, preprocessing.Size);
        var (mean, std) = (preprocessing.Normalization.Mean, preprocessing.Normalization.Std);
        var scale = graph.Floats([.. std.Select(s => 1 / (255 * s))], 1, 3, 1, 1);
        var shift = graph.Floats([.. mean.Zip(std, (m, s) => -m / s)], 1, 3, 1, 1);
        return graph.Add("Add", graph.Add("Mul", values, scale), shift);
    }

    /// <summary>Scales photos to a short side; of extreme panoramas the middle is kept.</summary>
    /// <returns>uint8 [N, 3, h, w], and [h, w] as an int64 value.</returns>
    internal static (string Pixels, string Size) Presize(GraphBuilder graph, string pixels, int shortSide)
    {
        var shape = graph.Add("Shape", [pixels], null, ("start", 1), ("end", 3)); // [H, W]
        var shorter = graph.Add("ReduceMin", [shape], null, ("keepdims", 1));
        var kept = graph.Add("Min", shape, graph.Add("Mul", shorter, graph.Integers(Presizer.MaxAspect)));
        var start = graph.Add("Div", graph.Add("Sub", shape, kept), graph.Integers(2));
        var middle = graph.Add("Slice", pixels, start, graph.Add("Add", start, kept), graph.Integers(1, 2));
        // Rounded to the nearest pixel: (2 · length · shortSide + shorter) / (2 · shorter), as Presizer.TargetSize.
        var scaled = graph.Add("Add", graph.Add("Mul", kept, graph.Integers(2 * shortSide)), shorter);
        var size = graph.Add("Div", scaled, graph.Add("Mul", shorter, graph.Integers(2)));
        var planes = graph.Add("Transpose", [middle], null, ("perm", new long[] { 0, 3, 1, 2 }));
        var sizes = graph.Add("Concat", [graph.Add("Shape", [planes], null, ("end", 2)), size], null, ("axis", 0)); // [N, 3, h, w]
        var resized = graph.Add("Resize", [planes, "", "", sizes], null, ("mode", "linear"),
            ("coordinate_transformation_mode", "half_pixel"), ("antialias", 1), ("exclude_outside", 1));
        return (resized, size);
    }

    /// <summary>The square in the middle; of two middles the even place, as in Window.Place.</summary>
    internal static (string Pixels, string Start) CentreCrop(GraphBuilder graph, (string Pixels, string Size) photo, int side)
    {
        var room = graph.Add("Cast", [graph.Add("Sub", photo.Size, graph.Integers(side))], null, ("to", (int)DataType.Float));
        var middle = graph.Add("Round", graph.Add("Mul", room, graph.Floats([.5f])));
        var start = graph.Add("Cast", [middle], null, ("to", (int)DataType.Int64));
        return (graph.Add("Slice", photo.Pixels, start, graph.Add("Add", start, graph.Integers(side)), graph.Integers(2, 3)), start);
    }

    /// <summary>
    /// From the window to the network's size. Bilinear sampling on a regular grid is one matrix on either side: M · X · Mᵀ.
    /// </summary>
    private static string Resample(GraphBuilder graph, string values, int window, int size)
    {
        var matrix = SamplingMatrix(window, size); // [size, window]
        var transposed = new float[matrix.Length]; // [window, size]
        for (var i = 0; i < matrix.Length; i++)
            transposed[i % window * size + i / window] = matrix[i];
        var rows = graph.Add("MatMul", graph.Table("sampling_rows", matrix, size, window), values);
        return graph.Add("MatMul", rows, graph.Table("sampling_columns", transposed, window, size));
    }

    /// <summary>
    /// What each output line takes of each input line: the mean of several bilinear samples, mirrored at the centres of the border pixels,
    /// as <see cref="BatchTransform"/> takes them.
    /// </summary>
    /// <returns>[size, window], row by row.</returns>
    internal static float[] SamplingMatrix(int window, int size)
    {
        var samples = BatchTransform.Supersampling(window, size);
        var matrix = new float[size * window];
        for (var i = 0; i < size * samples; i++)
        {
            var place = (i + .5) * window / (size * samples) - .5;
            place = place < 0 ? -place : place > window - 1 ? 2 * (window - 1) - place : place;
            var left = Math.Clamp((int)place, 0, Math.Max(0, window - 2));
            var row = i / samples * window;
            matrix[row + left] += (float)((1 - (place - left)) / samples);
            matrix[row + Math.Min(left + 1, window - 1)] += (float)((place - left) / samples);
        }
        return matrix;
    }
}
