"""What the checks share: a short real training on the embedded sample data set, and what must come out of it."""
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "artifacts/bin/PetBreeds.Cli/release/petbreeds"
NETWORK = "--data sample --arch resnet18 --presize 64 --size 32 --batch-size 16 --epochs 1 --device cpu".split()
RANDOM = [*NETWORK, "--weights", "none", "--freeze-epochs", "1"]
SETTINGS = [*RANDOM, "--save-every", "0.02"]


def command(out, *more):
    return [PROGRAM, "train", *more, "--out", out]


def finish(arguments, **more):
    """Runs to a good end and gives what was said."""
    done = subprocess.run(arguments, capture_output=True, text=True, **more)
    if done.returncode != 0:
        sys.exit(f"exit code {done.returncode} from {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stderr


def results(run):
    """What must be the same: the model, every step, and every epoch without its times."""
    history = [line.split(",")[:6] for line in (run / "history.csv").read_text().splitlines()]
    return (run / "model.safetensors").read_bytes(), (run / "steps.csv").read_bytes(), history
