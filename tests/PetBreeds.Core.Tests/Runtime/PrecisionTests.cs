using PetBreeds.Runtime;
using TorchSharp;
using Xunit;

namespace PetBreeds.Tests.Runtime;

public class PrecisionTests
{
    [Fact]
    public void Half_precision_is_for_where_it_works()
    {
        var metal = new torch.Device(DeviceType.MPS);
        Assert.Equal(Precision.BFloat16, Precisions.Resolve(Precision.BFloat16, torch.CPU));
        Assert.Equal(Precision.Float32, Precisions.Resolve(Precision.Float32, metal));
        Assert.Equal("half precision (bf16) is not offered on Metal (mps)",
            Assert.Throws<UserException>(() => Precisions.Resolve(Precision.BFloat16, metal)).Problem);
        Assert.Equal((null, "bf16"), (EnumNames.Named<Precision>("fp8"), Precision.BFloat16.Name()));
    }
}
