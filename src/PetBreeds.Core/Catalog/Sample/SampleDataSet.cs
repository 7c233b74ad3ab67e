namespace PetBreeds.Catalog.Sample;
#pragma warning disable
public static class SampleDataSet { public const int DefaultSeed=42, DefaultPerClass=40; public static string Ensure(string f,int s,int n,IProgress<(int Done,int Total)>? p, CancellationToken c)=>f; }
