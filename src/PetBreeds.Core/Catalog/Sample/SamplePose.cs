namespace PetBreeds.Catalog.Sample;

/// <summary>How one animal sits and looks. Lengths in units of a hundredth of the head's radius, angles in degrees.</summary>
/// <param name="Bust">Whether the photo shows head and shoulders, else the whole animal.</param>
/// <param name="Tilt">Rotation of the whole animal.</param>
/// <param name="HeadTilt">Rotation of the head against the body.</param>
/// <param name="TurnX">How far the face is turned aside.</param>
/// <param name="TurnY">How far the face is raised or lowered.</param>
/// <param name="LeftEar">Rotation of one ear.</param>
/// <param name="RightEar">Rotation of the other.</param>
/// <param name="GazeX">Shift of the pupils.</param>
/// <param name="GazeY">Shift of the pupils.</param>
/// <param name="Mouth">0 closed, 1 open, 2 with the tongue out.</param>
/// <param name="EyesClosed">Whether the eyes are shut.</param>
/// <param name="HasCollar">Whether it wears a collar.</param>
internal sealed record SamplePose(
    bool Bust,
    float Tilt,
    float HeadTilt,
    float TurnX,
    float TurnY,
    float LeftEar,
    float RightEar,
    float GazeX,
    float GazeY,
    int Mouth,
    bool EyesClosed,
    bool HasCollar)
{
    public static SamplePose Draw(Dice dice) => new(
        Bust: dice.Chance(0.55),
        Tilt: dice.Between(-7, 7),
        HeadTilt: dice.Between(-9, 9),
        TurnX: dice.Between(-14, 14),
        TurnY: dice.Between(-6, 8),
        LeftEar: dice.Between(-9, 9),
        RightEar: dice.Between(-9, 9),
        GazeX: dice.Between(-4, 4),
        GazeY: dice.Between(-3, 3),
        Mouth: dice.Pick(0, 0, 1, 2),
        EyesClosed: dice.Chance(0.07),
        HasCollar: dice.Chance(0.4));
}
