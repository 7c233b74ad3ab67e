namespace PetBreeds.Export;

/// <summary>What other programs read.</summary>
internal enum ExportFormat
{
    /// <summary>ONNX: the whole model, and the network alone.</summary>
    Onnx,

    /// <summary>A folder for <c>timm.create_model</c>.</summary>
    Timm,

    /// <summary>Weights for torchvision's <c>load_state_dict</c>.</summary>
    Torchvision,

    /// <summary>Weights for fastai's <c>vision_learner</c>.</summary>
    Fastai,

    /// <summary>A model repository of NVIDIA's Triton Inference Server: the whole model as ONNX, with its description.</summary>
    Triton,
}
