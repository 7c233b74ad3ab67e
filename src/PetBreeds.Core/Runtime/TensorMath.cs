using TorchSharp;
using static TorchSharp.torch;

namespace PetBreeds.Runtime;

/// <summary>
/// Arithmetic of tensors and numbers, with PyTorch's names. TorchSharp creates a native object for each number, and its finaliser may free
/// that while libtorch still reads it: rarely, if garbage collection runs at that very moment, an operation fails or uses a wrong number.
/// Sums of two tensors are affected, too, because they compute x + 1·y. Here, the number is kept alive until the operation has ended;
/// BannedSymbols.txt forbids the other way.
/// </summary>
internal static class TensorMath
{
    public static Tensor Add(this Tensor x, Tensor y, double alpha = 1) => With(alpha, factor => x.add(y, factor));

    public static Tensor AddInPlace(this Tensor x, Tensor y, double alpha = 1) => With(alpha, factor => x.add_(y, factor));

    public static Tensor Add(this Tensor x, double number) => With(number, y => With(1, factor => x.add(y, factor)));

    public static Tensor AddInPlace(this Tensor x, double number) => With(number, y => With(1, factor => x.add_(y, factor)));

    /// <summary>Increments an int64 [] tensor, for which <see cref="AddInPlace(Tensor, double)"/> fails.</summary>
    public static void Increment(this Tensor count)
    {
        using var one = 1.ToScalar();
        count.add_(one, one);
    }

    public static Tensor Mul(this Tensor x, double number) => With(number, x.mul);

    public static Tensor MulInPlace(this Tensor x, double number) => With(number, x.mul_);

    public static Tensor Div(this Tensor x, double number) => With(number, y => x.div(y));

    public static Tensor DivInPlace(this Tensor x, double number) => With(number, y => x.div_(y));

    public static Tensor Lt(this Tensor x, double number) => With(number, x.lt);

    public static Tensor Gt(this Tensor x, double number) => With(number, x.gt);

    public static Tensor ClampMin(this Tensor x, double min) => With(min, x.clamp_min);

    public static Tensor ClampInPlace(this Tensor x, double min, double max) =>
        With(min, least => With(max, most => x.clamp_(least, most)));

    public static Tensor AddcmulInPlace(this Tensor x, Tensor y, Tensor z, double value) => With(value, factor => x.addcmul_(y, z, factor));

    public static Tensor AddcdivInPlace(this Tensor x, Tensor y, Tensor z, double value) => With(value, factor => x.addcdiv_(y, z, factor));

    /// <summary>Sets all elements, even of a parameter.</summary>
    public static Tensor Constant(this Tensor x, double number) => With(number, value => nn.init.constant_(x, value));

    /// <summary>float32 [count]: 0, 1, …; on the CPU by default.</summary>
    public static Tensor Arange(long count, Device? device = null) =>
        With(0, first => With(count, end => With(1, step => arange(first, end, step, ScalarType.Float32, device))));

    /// <summary>float32 []: filled on the device, without a copy or synchronisation.</summary>
    public static Tensor Full(double number, Device device) => With(number, value => full([], value, device: device));

    private static Tensor With(double number, Func<Scalar, Tensor> compute)
    {
        using var held = number.ToScalar();
        return compute(held);
    }
}
