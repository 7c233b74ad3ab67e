namespace PetBreeds.Runtime;

/// <summary>The version that files, requests and messages name.</summary>
internal static class ProgramVersion
{
    /// <summary>Three numbers, such as "0.1.0".</summary>
    public static string Number { get; } = typeof(ProgramVersion).Assembly.GetName().Version!.ToString(3);

    /// <summary>"petbreeds 0.1.0".</summary>
    public static string Name { get; } = $"petbreeds {Number}";
}
