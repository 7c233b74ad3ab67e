using BenchmarkDotNet.Running;
using PetBreeds.Benchmarks;

if (args is ["presize-photos", var list])
    return PresizePhotos.Run(File.ReadAllLines(list));
if (args is ["solve-head", var photos, var features, var classes])
    return SolveHead.Run(int.Parse(photos), int.Parse(features), int.Parse(classes));
#if IMAGESHARP
if (args is ["compare-decoders", var folder])
    return CompareDecoders.Run([.. Directory.EnumerateFiles(folder, "*.jpg").Order().Where((_, i) => i % 16 == 0)]);
#endif
BenchmarkSwitcher.FromAssembly(typeof(DecodeBenchmarks).Assembly).Run(args);
return 0;
