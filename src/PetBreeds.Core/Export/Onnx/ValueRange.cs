namespace PetBreeds.Export.Onnx;

/// <summary>The range of an activation; zero is always in it, for padding must be exact.</summary>
/// <param name="Least">At most 0.</param>
/// <param name="Most">At least 0.</param>
internal readonly record struct ValueRange(float Least, float Most)
{
    /// <summary>The smallest range that holds both.</summary>
    public ValueRange With(ValueRange other) => new(Math.Min(Least, other.Least), Math.Max(Most, other.Most));

    /// <summary>How the range is rounded to 256 numbers: a value is scale · (number − zero).</summary>
    public (float Scale, byte Zero) ToUint8()
    {
        var scale = (Most - Least) / byte.MaxValue;
        return scale > 0 ? (scale, (byte)Math.Round(-Least / scale)) : (1, (byte)0);
    }
}
