namespace PetBreeds.Training.Heads;

/// <summary>A solved linear head, and what is known about it without the validation photos.</summary>
/// <param name="Weight">[classes · features], row by row, for the body's raw features, calibrated.</param>
/// <param name="Bias">[classes].</param>
/// <param name="Strength">λ of the penalty λ/2·‖W‖² on standardised features, chosen by cross-validation.</param>
/// <param name="Temperature">What the solved logits were divided by.</param>
/// <param name="OutOfFoldLoss">Mean loss on photos that were held out in turn; NaN if none could be.</param>
/// <param name="OutOfFoldError">
/// Share of wrong predictions on them; NaN if photos may have several labels or none could be held out.
/// </param>
/// <param name="Photos">Number of photos it was solved from.</param>
/// <param name="Views">Views of each photo.</param>
/// <param name="Converged">Whether the solver converged.</param>
internal sealed record SolvedHead(
    float[] Weight, float[] Bias, double Strength, double Temperature, double OutOfFoldLoss, double OutOfFoldError, int Photos, int Views,
    bool Converged);
