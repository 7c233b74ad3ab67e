"""Loads this model into PyTorch: python3 load.py PHOTO. Needs torch, torchvision and safetensors; fastai is not needed."""
import json
import pathlib
import sys

import torch
import torchvision
from torch import nn


class AdaptiveConcatPool2d(nn.Module):
    def forward(self, x):
        return torch.cat([x.amax((2, 3), keepdim=True), x.mean((2, 3), keepdim=True)], 1)


def build(config):
    """fastai's create_vision_model, layer by layer."""
    whole = getattr(torchvision.models, config["architecture"])(weights=None)
    if hasattr(whole, "features"):
        body = nn.Sequential(whole.features)
    else:
        body = nn.Sequential(*list(whole.children())[:-2])
    features, classes = config["num_features"], config["num_classes"]
    head = nn.Sequential(
        AdaptiveConcatPool2d(), nn.Flatten(), nn.BatchNorm1d(2 * features), nn.Dropout(0.25), nn.Linear(2 * features, 512, bias=False),
        nn.ReLU(), nn.BatchNorm1d(512), nn.Dropout(0.5), nn.Linear(512, classes, bias=False))
    return nn.Sequential(body, head)


def load(folder="."):
    """The network in evaluation mode, and its classes."""
    from safetensors.torch import load_file
    folder = pathlib.Path(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    model = build(config)
    model.load_state_dict(load_file(folder / "model.safetensors"))
    return model.eval(), config


if __name__ == "__main__":
    from PIL import Image
    from torchvision import transforms
    model, config = load(pathlib.Path(__file__).parent)
    wanted = config["pretrained_cfg"]
    prepare = transforms.Compose([
        transforms.Resize(wanted["input_size"][1]), transforms.CenterCrop(wanted["input_size"][1]), transforms.ToTensor(),
        transforms.Normalize(wanted["mean"], wanted["std"])])
    with torch.no_grad():
        scores = model(prepare(Image.open(sys.argv[1]).convert("RGB"))[None])[0]
    for i in scores.argsort(descending=True)[:3]:
        print(config["label_names"][i], round(scores[i].item(), 3))
