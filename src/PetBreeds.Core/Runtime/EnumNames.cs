using System.Reflection;
using System.Runtime.Serialization;

namespace PetBreeds.Runtime;

/// <summary>
/// The names of an enumeration's values in settings, files and reports: in lower case, or as given by an <see cref="EnumMemberAttribute"/>.
/// </summary>
internal static class EnumNames
{
    /// <summary>All names, in the order of the values.</summary>
    public static IReadOnlyList<string> All<T>() where T : struct, Enum => [.. Enum.GetValues<T>().Select(value => Name(value))];

    /// <summary>The name of a value.</summary>
    public static string Name<T>(this T value) where T : struct, Enum
    {
        var member = Enum.GetName(value) ?? throw new ArgumentException($"{value} is not a {typeof(T).Name}", nameof(value));
        return typeof(T).GetField(member)!.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? member.ToLowerInvariant();
    }

    /// <summary>The value with a name; null if there is none.</summary>
    public static T? Named<T>(string name) where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (Name(value) == name)
                return value;
        }
        return null;
    }
}
