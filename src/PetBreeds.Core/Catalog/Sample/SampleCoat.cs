using SkiaSharp;

namespace PetBreeds.Catalog.Sample;

/// <summary>The colours of one animal: those of its breed, slightly varied.</summary>
internal sealed record SampleCoat(SKColor Coat, SKColor Marking, SKColor Light, SKColor Eyes, SKColor Outline)
{
    public static readonly SKColor Pink = new(0xE8, 0x9C, 0x98);

    public static SampleCoat Draw(SampleBreed breed, Dice dice)
    {
        var coat = Tint.Vary(breed.Coat, dice);
        return new SampleCoat(coat, Tint.Vary(breed.Marking, dice), Tint.Vary(breed.Light, dice), Tint.Vary(breed.Eyes, dice),
            Tint.Darker(coat, 0.5));
    }

    /// <summary>The colour of the ears and the tail.</summary>
    public SKColor Ends(SampleBreed breed) => breed.Pattern switch
    {
        CoatPattern.Points => Marking,
        CoatPattern.Patches => Marking,
        CoatPattern.Spots when !breed.IsCat => Marking,
        CoatPattern.Plain when breed.Ears == Ears.Floppy => Marking,
        _ => Coat,
    };

    /// <summary>The colour of the paws.</summary>
    public SKColor Paws(SampleBreed breed) => breed.Pattern switch
    {
        CoatPattern.Points => Marking,
        CoatPattern.Plain => Coat,
        _ => Light,
    };
}
