using PetBreeds.Runtime;
using Xunit;

namespace PetBreeds.Tests.Runtime;

public sealed class ComputeDeviceTests
{
    [Theory]
    [InlineData("auto")]
    [InlineData("cpu")]
    [InlineData("mps")]
    [InlineData("cuda")]
    [InlineData("cuda:1")]
    public void It_writes_what_it_reads(string text) => Assert.Equal(text, ComputeDevice.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("tpu")]
    [InlineData("CPU")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1:2")]
    public void Other_names_are_refused(string text) =>
        Assert.StartsWith($"'{text}' is not one of auto, cpu, cuda",
            Assert.Throws<FormatException>(() => ComputeDevice.Parse(text)).Message);

    [Fact]
    public void A_negative_number_is_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => ComputeDevice.Cuda(-1));

    [Fact]
    public void Auto_is_the_default_and_libtorchs_device_is_found_again()
    {
        Assert.Equal(ComputeDevice.Auto, default);
        Assert.Equal(ComputeDevice.Cpu, ComputeDevice.Of(Devices.Resolve(ComputeDevice.Cpu)));
        Assert.Equal(ComputeDevice.Cuda(2), ComputeDevice.Of(new TorchSharp.torch.Device(TorchSharp.DeviceType.CUDA, 2)));
    }
}
