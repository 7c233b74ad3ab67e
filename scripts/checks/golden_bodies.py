#!/usr/bin/env python3
"""Writes the numbers of torchvision's networks that tests/PetBreeds.Core.Tests/Models/BodyGoldenTests.cs compares with.

For development only: needs torch and torchvision (Debian 12: apt-get install python3-torchvision). Weights come from formulas, so
that no file of weights is needed. Logits are float32 in evaluation mode; gradients are float64, of one step in training mode without
stochastic depth: the norm of each, and its first, middle and last element.

    scripts/checks/golden_bodies.py [ARCH ...] > tests/PetBreeds.Core.Tests/Fixtures/golden/bodies.json
"""
import json
import math
import sys

import torch
import torchvision

ARCHS = ["resnext50_32x4d", "resnext101_32x8d", "wide_resnet50_2", "convnext_tiny", "convnext_small", "convnext_base"]
LABELS = [1, 2]
FORMULA = ("tensor i in state_dict order, element j row-major, wave=sin(0.37*j+1.3*i) in float64; running_var=1+0.1*wave; "
           "running_mean=0.05*wave; other 1-d weight=1+0.05*wave; other 1-d=0.02*wave; rest wave*sqrt(2/fan_in), fan_in: elements of "
           "one output of the tensor; num_batches_tracked=0; all rounded to float32")
GRADIENT_FORMULA = ("for gradients chirp=3.46*(((31*j*j+(17*i+3)*j) mod 65521)/65521-0.5) in float64; running_var=1; "
                    "1-d weight=1+0.1*chirp; other 1-d=0.1*chirp; "
                    "rest chirp*sqrt(2/fan_in), rounded to float32; input chirp of i=1000; labels below")


def wave(step, phase, shape):
    count = torch.Size(shape).numel()
    return torch.sin(torch.arange(count, dtype=torch.float64) * step + phase).reshape(shape)


def fill(model):
    for i, (name, tensor) in enumerate(model.state_dict().items()):
        if name.endswith("num_batches_tracked"):
            continue
        w = wave(0.37, 1.3 * i, tensor.shape)
        if name.endswith("running_var"):
            w = 1 + 0.1 * w
        elif name.endswith("running_mean"):
            w = 0.05 * w
        elif tensor.dim() == 1:
            w = 1 + 0.05 * w if name.endswith("weight") else 0.02 * w
        else:
            w = w * (2 / tensor[0].numel()) ** 0.5
        tensor.copy_(w)


def chirp(i, shape):
    j = torch.arange(torch.Size(shape).numel(), dtype=torch.int64)
    return (((31 * j * j + (17 * i + 3) * j) % 65521).double() / 65521 - 0.5).mul(3.46).reshape(shape)


def fill_chirps(model):
    for i, (name, tensor) in enumerate(model.state_dict().items()):
        c = chirp(i, tensor.shape)
        if name.endswith("num_batches_tracked"):
            c = torch.zeros_like(tensor)
        elif name.endswith("running_var"):
            c = torch.ones_like(tensor)
        elif tensor.dim() == 1:
            c = 0.1 * c + (1 if name.endswith("weight") else 0)
        else:
            c = c * math.sqrt(2 / tensor[0].numel())
        tensor.copy_(c)


def rounded(values):
    return [float(f"{value:.9g}") for value in values]


def gradients(model):
    with torch.no_grad():
        fill_chirps(model)
    model.double().train()
    torch.nn.functional.cross_entropy(model(chirp(1000, [2, 3, 64, 64])), torch.tensor(LABELS)).backward()
    for name, parameter in model.named_parameters():
        g = parameter.grad.flatten()
        yield name, rounded([g.norm().item(), g[0].item(), g[len(g) // 2].item(), g[-1].item()])


def case(arch):
    more = {"stochastic_depth_prob": 0.0} if arch.startswith("convnext") else {}
    model = getattr(torchvision.models, arch)(**more)
    keys = list(model.state_dict())
    pictures = wave(0.11, 0, [2, 3, 64, 64]).float()
    with torch.no_grad():
        fill(model)
        logits = model.eval()(pictures)
    return dict(
        arch=arch, keys=len(keys), parameters=sum(p.numel() for p in model.parameters()), first_keys=keys[:8], last_keys=keys[-8:],
        logits_first_16=[rounded(row) for row in logits[:, :16].tolist()], logit_mean=logits.mean().item(), logit_std=logits.std().item(),
        gradients=dict(gradients(model)))


cases = [json.dumps(case(arch), separators=(",", ":")) for arch in sys.argv[1:] or ARCHS]
about = json.dumps(dict(
    by=f"scripts/checks/golden_bodies.py with torch {torch.__version__}, torchvision {torchvision.__version__}", formula=FORMULA,
    gradient_formula=GRADIENT_FORMULA,
    input="sin(0.11*j) shaped [2,3,64,64]", labels=LABELS, gradient="norm, first, middle and last element"))
print(about[:-1] + ', "cases": [\n' + ",\n".join(cases) + "\n]}")
