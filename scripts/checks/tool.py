#!/usr/bin/env python3
"""Packs the tool for this platform, installs it into an empty folder from a feed that has nothing else, trains with it and predicts.

    scripts/checks/tool.py [--packages FOLDER]      with a folder of packages, nothing is packed

The installed program sees neither this checkout nor this user's packages, settings or cache. The model is a ResNet18 of a single epoch on
the drawn sample: what counts is that photos are decoded, libtorch is loaded and ten classes come back.
"""
import argparse
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time

from common import NETWORK, ROOT

FEED = """<configuration>
  <packageSources>
    <clear />
    <add key="local" value="{}" />
  </packageSources>
</configuration>
"""
RIDS = {"Linux": "linux-x64", "Windows": "win-x64", "Darwin": "osx-arm64"}


def run(arguments, **more):
    """What a program wrote; ends the check where it failed."""
    started = time.monotonic()
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL, **more)
    print(f"{time.monotonic() - started:6.1f} s  {' '.join(pathlib.Path(str(argument)).name for argument in arguments[:4])}", flush=True)
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout


def require(holds, message):
    if not holds:
        sys.exit(message)


def check(packages, folder):
    tool, home = folder / "tool", folder / "home"
    for place in (home, folder / "work"):
        place.mkdir()
    (folder / "NuGet.config").write_text(FEED.format(packages))
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT", "DOTNET_ROOT") if name in os.environ}
    environment = kept | {"HOME": str(home), "USERPROFILE": str(home), "TMPDIR": str(folder), "DOTNET_CLI_HOME": str(home),
                          "NUGET_PACKAGES": str(folder / "packages"), "DOTNET_NOLOGO": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
                          "PETBREEDS_CACHE": str(folder / "cache")}
    there = {"cwd": folder / "work", "env": environment}
    run(["dotnet", "tool", "install", "petbreeds", "--tool-path", tool, "--configfile", folder / "NuGet.config", "--add-source", packages],
        **there)
    petbreeds = shutil.which("petbreeds", path=tool)
    require(petbreeds, f"no petbreeds in {tool}")
    files = [file for file in tool.rglob("*") if file.is_file() and not file.is_symlink()]
    print(f"installed: {len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.0f} MB")
    require(not [file for file in files if "torch_python" in file.name], "libtorch's part for Python is in the package")
    require([file for file in files if file.name == "LICENSE-LIBTORCH.txt"], "libtorch's licence is not in the package")

    doctor = run([petbreeds, "doctor"], **there)
    own = str(tool.resolve()) in doctor.replace("\n             ", "")
    require(own and "self-test passed" in doctor, f"not its own libtorch:\n{doctor}")
    data = pathlib.Path(run([petbreeds, "data", "sample"], **there).strip())
    run([petbreeds, "train", *NETWORK, "--weights", "none", "--freeze-epochs", "0", "--name", "small"], **there)
    photo = data / "images" / "Domino_Hound_1.jpg"
    answers = json.loads(run([petbreeds, "predict", photo, "--top", "10", "--json"], **there))[0]["predictions"]
    require(len(answers) == 10 and abs(sum(answer["probability"] for answer in answers) - 1) < 1e-4, f"no ten classes: {answers}")
    print(f"predicted: {photo.name} is {answers[0]['class']} ({answers[0]['probability']:.0%})")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packages", type=pathlib.Path)
    packages = parser.parse_args().packages
    if packages is None:
        print(run([ROOT / "scripts/pack", RIDS[platform.system()]]), end="")
        packages = ROOT / "artifacts/packages"
    with tempfile.TemporaryDirectory(prefix="petbreeds-tool-") as name:
        check(packages.resolve(), pathlib.Path(name))
    print("passed")
