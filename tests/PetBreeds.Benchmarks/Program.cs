using BenchmarkDotNet.Running;
using PetBreeds.Benchmarks;

if (args is ["presize-photos", var list])
    return PresizePhotos.Run(File.ReadAllLines(list));
BenchmarkSwitcher.FromAssembly(typeof(DecodeBenchmarks).Assembly).Run(args);
return 0;
