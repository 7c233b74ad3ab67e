using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// Arithmetic of tensors and numbers, under PyTorch's names. TorchSharp makes each number an object on libtorch's side, and its finaliser
/// may free that while libtorch still reads it: rarely, when memory is collected at that very moment, an operation then fails or computes
/// with another number. A sum of two tensors is concerned, too, for it is x + 1·y. Here the number lives until the operation has ended;
/// BannedSymbols.txt forbids the other way.
/// </summary>
internal static class TensorMath
{
    public static Tensor Add(this Tensor x, Tensor y, double alpha = 1)
    {
        using var factor = alpha.ToScalar();
        return x.add(y, factor);
    }

    public static Tensor AddInPlace(this Tensor x, Tensor y, double alpha = 1)
    {
        using var factor = alpha.ToScalar();
        return x.add_(y, factor);
    }

    public static Tensor Add(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        using var factor = 1.ToScalar();
        return x.add(y, factor);
    }

    public static Tensor AddInPlace(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        using var factor = 1.ToScalar();
        return x.add_(y, factor);
    }

    /// <summary>Adds to whole numbers, too, which <see cref="AddInPlace(Tensor, double)"/> cannot.</summary>
    public static Tensor AddInPlace(this Tensor x, int number)
    {
        using var y = number.ToScalar();
        using var factor = 1.ToScalar();
        return x.add_(y, factor);
    }

    public static Tensor Mul(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        return x.mul(y);
    }

    public static Tensor MulInPlace(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        return x.mul_(y);
    }

    public static Tensor Div(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        return x.div(y);
    }

    public static Tensor DivInPlace(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        return x.div_(y);
    }

    public static Tensor Lt(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        return x.lt(y);
    }

    public static Tensor Gt(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        return x.gt(y);
    }

    public static Tensor ClampMin(this Tensor x, double number)
    {
        using var y = number.ToScalar();
        return x.clamp_min(y);
    }

    public static Tensor ClampInPlace(this Tensor x, double min, double max)
    {
        using var least = min.ToScalar();
        using var most = max.ToScalar();
        return x.clamp_(least, most);
    }

    public static Tensor AddcmulInPlace(this Tensor x, Tensor y, Tensor z, double value)
    {
        using var factor = value.ToScalar();
        return x.addcmul_(y, z, factor);
    }

    public static Tensor AddcdivInPlace(this Tensor x, Tensor y, Tensor z, double value)
    {
        using var factor = value.ToScalar();
        return x.addcdiv_(y, z, factor);
    }

    /// <summary>Sets all elements, also of a parameter.</summary>
    public static void Constant(this Tensor x, double number)
    {
        using var value = number.ToScalar();
        nn.init.constant_(x, value);
    }

    /// <summary>float32 [count]: 0, 1, …; on the CPU by default.</summary>
    public static Tensor Arange(long count, Device? device = null)
    {
        using var first = 0.ToScalar();
        using var end = count.ToScalar();
        using var step = 1.ToScalar();
        return arange(first, end, step, ScalarType.Float32, device);
    }

    /// <summary>float32 []: a number made on the device, without a copy that waits.</summary>
    public static Tensor Full(double number, Device device)
    {
        using var value = number.ToScalar();
        return full([], value, device: device);
    }
}
