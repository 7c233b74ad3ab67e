#!/usr/bin/env python3
"""Checks an export with torchvision's own code: its weights must load strictly and give the logits that petbreeds gives.

    apt-get install python3-torch python3-torchvision       (Debian 12)
    scripts/checks/export.py RUN [--program PATH]

A model with a linear head is exported for torchvision, one with fastai's head for fastai (whose load.py builds the network). Each is
given pictures of noise, PNGs of the presized side, so that nothing is resized or decoded differently; what the model file says is done to
them then is done here in numpy. `predict` prints calibrated probabilities: their logarithms are the logits but for a summand, so the
mean is taken off both. With timm installed, `timm.create_model` must load the folder for timm and give the same, too.
"""
import argparse
import importlib.util
import json
import pathlib
import struct
import subprocess
import sys
import tempfile

import numpy as np
import torch
import torchvision

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOLERANCE = 1e-3
PICTURES = 4


def read(path):
    """A safetensors file: its tensors and its texts (the package safetensors is not in Debian)."""
    data = pathlib.Path(path).read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    facts = header.pop("__metadata__")
    types = {"F32": np.float32, "I64": np.int64}
    tensors = {}
    for name, entry in header.items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        tensors[name] = torch.from_numpy(np.frombuffer(data[begin:end], types[entry["dtype"]]).reshape(entry["shape"]).copy())
    return tensors, facts


def sampling(window, size):
    """Each output line as a mix of input lines: the mean of several bilinear samples."""
    samples = max(1, round(window / size))
    matrix = np.zeros((size, window), np.float32)
    for i in range(size * samples):
        place = (i + .5) * window / (size * samples) - .5
        place = -place if place < 0 else 2 * (window - 1) - place if place > window - 1 else place
        left = min(int(place), window - 2)
        matrix[i // samples, left] += (1 - (place - left)) / samples
        matrix[i // samples, left + 1] += (place - left) / samples
    return torch.from_numpy(matrix)


def network(format, folder):
    tensors, facts = read(folder / "model.safetensors")
    classes = len(json.loads(facts["classes"]))
    if format == "fastai":
        spec = importlib.util.spec_from_file_location("load", folder / "load.py")
        load = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(load)
        model = load.build(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    else:
        model = getattr(torchvision.models, facts["architecture"])(num_classes=classes)
    model.load_state_dict(tensors, strict=True)
    return model.eval(), facts


def centred(values):
    return values - values.mean()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("run", type=pathlib.Path)
    arguments.add_argument("--program", default=ROOT / "artifacts/bin/PetBreeds.Cli/debug/petbreeds")
    given = arguments.parse_args()
    _, facts = read(given.run / "model.safetensors")
    formats = ["fastai"] if facts["head"] == "fastai" else ["torchvision", "timm"]
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        subprocess.run([given.program, "export", given.run, "--format", ",".join(["onnx", *formats]), "--no-check", "--out", folder / "out"],
                       check=True)
        check(given, folder, formats)


def check(given, folder, formats):
    model, facts = network(formats[0], folder / "out" / formats[0])
    classes, mean, std = (json.loads(facts[key]) for key in ("classes", "mean", "std"))
    presize, size = int(facts["presize"]), int(facts["size"])
    temperature = json.loads(facts.get("calibration", '{"Temperature": 1}'))["Temperature"]
    networks = {formats[0]: model}
    if "timm" in formats and importlib.util.find_spec("timm"):
        import timm
        networks["timm"] = timm.create_model(f"local-dir:{folder}/out/timm", pretrained=True).eval()
    torch.manual_seed(1)
    matrix, worst = sampling(presize, size), {}
    for i in range(PICTURES):
        coarse = torch.rand(1, 3, 8 + 4 * i, 8 + 4 * i)
        picture = (torch.nn.functional.interpolate(coarse, (presize, presize), mode="bicubic").clamp(0, 1) * 255).to(torch.uint8)[0]
        torchvision.io.write_png(picture, str(folder / f"{i}.png"))
        pixels = picture.float() / 255
        if presize != size:
            pixels = matrix @ pixels @ matrix.T
        batch = ((pixels - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1))[None]
        with torch.no_grad():
            logits = {name: centred(network(batch)[0].double()) for name, network in networks.items()}
        for name, file in {"the run": given.run / "model.safetensors", "model.onnx": folder / "out/onnx/model.onnx"}.items():
            command = [given.program, "predict", folder / f"{i}.png", "--model", file, "--top", str(len(classes)), "--json"]
            said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)[0]["predictions"]
            by_class = {entry["class"]: entry["probability"] for entry in said}
            p = torch.tensor([by_class[name] for name in classes], dtype=torch.float64)
            ours = centred((torch.log(p) - torch.log1p(-p) if facts["loss"] == "bce" else torch.log(p)) * temperature)
            for by, theirs in logits.items():
                worst[by, name] = max(worst.get((by, name), 0), (ours - theirs).abs().max().item())
    for (by, name), difference in worst.items():
        print(f"{by} and {name}: logits differ by at most {difference:.1e} on {PICTURES} pictures")
    if max(worst.values()) > TOLERANCE:
        sys.exit(f"more than {TOLERANCE}")


main()
