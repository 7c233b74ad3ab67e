"""Load on `petbreeds serve`: photos per second, latencies and memory at several numbers of connections, with wrk.

    python3 scripts/benchmarks/serve.py RUN PHOTO [--seconds 30] [--connections 1,8,64] [flags of serve]

Every connection sends the photo again as soon as it is answered. wrk takes processor time of the same machine. "network" is the share of
the time in which the network computes, and the photos per second it would reach if it never waited. Needs wrk (Debian has it) and
Python 3.
"""
import argparse
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "artifacts/bin/PetBreeds.Cli/release/petbreeds"
SCRIPT = """
local file = io.open("%s", "rb")
wrk.method, wrk.body = "POST", file:read("*all")
wrk.headers["Content-Type"] = "image/jpeg"
done = function(summary, latency, requests)
  local failed = summary.errors.status + summary.errors.timeout + summary.errors.read
  io.write(string.format("RESULT %%d %%d %%.1f %%.1f %%.1f\\n", summary.requests, failed,
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3))
end
"""


def memory(process):
    return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{process.pid}/status").read_text())[1]) / 1024


def processor(process):
    """Seconds of a core, so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def network(url):
    """Seconds that the network has computed, so far."""
    metrics = urllib.request.urlopen(f"{url}metrics").read().decode()
    return sum(float(value) for value in re.findall(r"^petbreeds_network_duration_seconds_sum\S* (\S+)", metrics, re.M))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("run")
    parser.add_argument("photo", type=pathlib.Path)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--connections", default="1,8,64")
    given, flags = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "post.lua"
        script.write_text(SCRIPT % given.photo.resolve())
        with open(pathlib.Path(folder) / "log", "w") as log:
            process = subprocess.Popen([PROGRAM, "serve", given.run, "--port", "0", *flags], stdout=subprocess.PIPE, stderr=log, text=True)
        url = process.stdout.readline().strip()

        def wrk(connections, seconds):
            out = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", script, f"{url}v1/predict"],
                                 capture_output=True, text=True, check=True).stdout
            return re.search(r"RESULT (.*)", out)[1].split()

        wrk(4, 5)  # compiles the code that is hot
        print("connections  photos  failed  photos/s  p50 ms  p99 ms  network          core ms/photo  memory before  after")
        for connections in map(int, given.connections.split(",")):
            before, used, computed = memory(process), processor(process), network(url)
            photos, failed, rate, half, most = wrk(connections, given.seconds)
            computed = network(url) - computed
            core = 1000 * (processor(process) - used) / int(photos)
            print(f"{connections:11}  {photos:>6}  {failed:>6}  {rate:>8}  {half:>6}  {most:>6}  "
                  f"{computed / given.seconds:4.0%} {int(photos) / computed:5.1f}/s  {core:13.1f}  {before:10.0f} MB  "
                  f"{memory(process):.0f} MB", flush=True)
        process.send_signal(signal.SIGTERM)
        print(f"exit code {process.wait(timeout=60)} after SIGTERM")


if __name__ == "__main__":
    main()
