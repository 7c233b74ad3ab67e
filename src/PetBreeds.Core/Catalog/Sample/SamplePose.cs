namespace PetBreeds.Catalog.Sample;

/// <summary>The pose of one animal. Lengths are in hundredths of the head's radius, angles in degrees.</summary>
/// <param name="Bust">Whether the photo shows only head and shoulders, rather than the whole animal.</param>
/// <param name="Tilt">Rotation of the whole animal.</param>
/// <param name="HeadTilt">Rotation of the head relative to the body.</param>
/// <param name="TurnX">How far the face is turned aside.</param>
/// <param name="TurnY">How far the face is raised or lowered.</param>
/// <param name="LeftEar">Rotation of the left ear.</param>
/// <param name="RightEar">Rotation of the right ear.</param>
/// <param name="GazeX">Horizontal shift of the pupils.</param>
/// <param name="GazeY">Vertical shift of the pupils.</param>
/// <param name="Mouth">0 closed, 1 open, 2 with the tongue out.</param>
/// <param name="EyesClosed">Whether the eyes are closed.</param>
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
