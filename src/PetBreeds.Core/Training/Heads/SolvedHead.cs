namespace PetBreeds.Training.Heads;

/// <summary>A linear head that was solved, and what is known of it without validation photos.</summary>
/// <param name="Weight">[classes · features], row by row: of features as the body gives them, calibrated.</param>
/// <param name="Bias">[classes].</param>
/// <param name="Strength">λ of the penalty λ/2·‖W‖² on standardised features, chosen by cross-validation.</param>
/// <param name="Temperature">What the solved logits were divided by.</param>
/// <param name="OutOfFoldLoss">Mean loss on photos that were held out in turn; NaN where none could be.</param>
/// <param name="OutOfFoldError">Share of them that were named wrong; NaN where there are several labels, or none could be held out.</param>
/// <param name="Photos">From how many.</param>
/// <param name="Views">Of each.</param>
/// <param name="Converged">Whether the solver came to its end.</param>
internal sealed record SolvedHead(
    float[] Weight, float[] Bias, double Strength, double Temperature, double OutOfFoldLoss, double OutOfFoldError, int Photos, int Views,
    bool Converged);
