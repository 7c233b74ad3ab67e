"""Throws hostile uploads at `petbreeds serve`, and looks at what becomes of it.

    python3 scripts/checks/hostile.py PHOTO [--times 3000] [--seed 1] [--model RUN]

Mutated and truncated pictures, pictures that claim to be huge, decompression bombs, wrong lengths, broken forms and JSON, wrong types, and
clients that send slowly or go away. All the while a client with a good photo asks. Passes when every request that was sent whole has got an
answer below 500 (or 503 while much is waiting), the good client was answered with the same class throughout, the server's memory at the
end is not far above what it was after a third of the time, and SIGTERM ends it with 0. Without --model a small one is trained on the
sample data. Needs Python 3 and no packages.
"""
import argparse
import base64
import collections
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib

from common import PROGRAM, RANDOM, command, finish

JUNK = [b"", b"\0", b"x", b"\xff\xd8", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"GIF89a", b"RIFF\xff\xff\xff\xffWEBPVP8L", b"BM",
        b"<svg/>", b"{}", b"version https://git-lfs.github.com/spec/v1\n", b"%PDF-1.7", b"PK\3\4", b"\0" * 100_000]
TYPES = ["image/jpeg", "image/png", "image/*", "application/octet-stream", "text/html", "", "multipart/form-data",
         "application/json", "a/b; c=\"", "\x7f"]
ENOUGH = 0.25  # of memory: how much more is still called flat


def png(width, height, rows):
    """A picture of one colour that claims a size and holds as many rows."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(bytes(1 + 3 * width)) for _ in range(rows)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


BOMBS = [png(60_000, 60_000, 1), png(6_000, 6_000, 6_000), png(2**31 - 1, 1, 0), png(12_000, 12_000, 100), png(1, 60_000, 60_000),
         png(65_000, 2, 2)]


def mutated(draw, photo):
    data = bytearray(photo)
    for _ in range(draw.choice([1, 1, 3, 10, 100])):
        place = draw.randrange(min(len(data), draw.choice([30, 700, len(data)])))
        data[place] = draw.choice([0, 255, draw.randrange(256)])
    if draw.random() < .3:
        del data[draw.randrange(len(data)):]
    if draw.random() < .1:
        data += os.urandom(draw.randrange(5000))
    return bytes(data)


def picture(draw, photo):
    kind = draw.random()
    if kind < .6:
        return mutated(draw, photo)
    return draw.choice(BOMBS) if kind < .75 else draw.choice(JUNK) if kind < .9 else os.urandom(draw.randrange(3000))


def body(draw, photo):
    """A body and its type, both perhaps wrong."""
    kind, one = draw.random(), picture(draw, photo)
    if kind < .45:
        return draw.choice(TYPES[:4] if draw.random() < .8 else TYPES), one
    if kind < .75:
        part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="%d.jpg"\r\n\r\n%s\r\n'
        parts = b"".join(part % (i, picture(draw, photo)) for i in range(draw.randrange(4)))
        whole = parts + b"--b--\r\n"
        return "multipart/form-data; boundary=b", whole[:draw.randrange(len(whole))] if draw.random() < .4 else whole
    text = draw.choice(['{"image":"%s"}', '{"images":["%s"]}', '{"images":[{"name":"a","image":"%s"}]}', '{"images":[[[["%s"', '{"image":"%s', "%s",
                        '[{"image":"%s"}]'])
    encoded = base64.b64encode(one).decode()
    return "application/json", (text % (encoded if draw.random() < .8 else encoded[:-3] + "\\u0000")).encode()


def raw(port, head, parts, pause=0.0):
    """Sends bytes as they are; what comes back, empty where the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        try:
            client.sendall(head)
            for part in parts:
                time.sleep(pause)
                client.sendall(part)
            client.shutdown(socket.SHUT_WR)
            return client.recv(65536)
        except (ConnectionError, OSError) as error:
            if isinstance(error, TimeoutError):
                raise
            return b""  # refused without being read to the end


def hostile(draw, port, photo):
    """One upload; what it was, and the status of its answer, or 0 where none can be asked for."""
    kind, (content, data) = draw.random(), body(draw, photo)
    head = f"POST /v1/predict?top={draw.choice(['1', '3', '0', 'x', '1e9'])} HTTP/1.1\r\n"
    head += f"Host: 127.0.0.1:{port}\r\nContent-Type: {content}\r\n"
    if kind < .8:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        try:
            client.request("POST", "/v1/predict", data, {"Content-Type": content} if content.isprintable() else {})
            return "whole", client.getresponse().status
        finally:
            client.close()
    if kind < .86:
        head += f"Content-Length: {len(data) + draw.choice([1, 1000, 10**6, 10**15])}\r\n\r\n"
        answer = raw(port, head.encode("latin-1"), [data[:50_000]])
    elif kind < .9:
        head += "Transfer-Encoding: chunked\r\n\r\n" + draw.choice(["ffffffff\r\n", "-1\r\n", "5\r\nab", "0\r\nX: y", "zz\r\n"])
        answer = raw(port, head.encode("latin-1"), [])
    elif kind < .94:
        head += f"Content-Length: {len(data)}\r\n\r\n"
        answer = raw(port, head.encode("latin-1"), [data[i:i + 1] for i in range(min(6, len(data)))], pause=.2)
    else:
        answer = raw(port, os.urandom(draw.randrange(1, 200)) + b"\r\n\r\n", [])
    return "broken", int(answer[9:12]) if answer.startswith(b"HTTP/1.1 ") else 0


def memory(process):
    """Resident megabytes."""
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0


class Good(threading.Thread):
    """Asks with a good photo until it is told to stop."""

    def __init__(self, port, photo):
        super().__init__()
        self.port, self.photo, self.stop, self.answers, self.times = port, photo, threading.Event(), collections.Counter(), []

    def run(self):
        while not self.stop.is_set():
            begun = time.monotonic()
            client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            client.request("POST", "/v1/predict", self.photo, {"Content-Type": "image/jpeg"})
            reply = client.getresponse()
            text = json.loads(reply.read())
            self.answers[text["photos"][0]["predictions"][0]["class"] if reply.status == 200 else reply.status] += 1
            self.times.append(time.monotonic() - begun)
            client.close()
            time.sleep(.05)


def attack(port, process, photo, times, seed):
    """Sends all; the count of each kind of answer, and the memory as it went."""
    counts, sizes, lock = collections.Counter(), [], threading.Lock()
    todo = iter(range(times))

    def work():
        while True:
            with lock:
                number = next(todo, None)
            if number is None:
                return
            try:
                result = hostile(random.Random(seed * 10**6 + number), port, photo)
            except (OSError, http.client.HTTPException) as error:
                result = ("no answer", type(error).__name__)
            with lock:
                counts[result] += 1
                if number % max(1, times // 30) == 0:
                    sizes.append(memory(process))

    workers = [threading.Thread(target=work) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return counts, sizes


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("photo", type=pathlib.Path)
    parser.add_argument("--times", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--model")
    given = parser.parse_args()
    photo = given.photo.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        model = given.model
        if model is None:
            finish(command(folder, *RANDOM, "--name", "small"))
            model = os.path.join(folder, "small")
        log = open(os.path.join(folder, "log"), "w+")
        process = subprocess.Popen([PROGRAM, "serve", model, "--port", "0", "--max-body", "4", "--timeout", "20"],
                                   stdout=subprocess.PIPE, stderr=log, text=True)
        port = int(process.stdout.readline().rsplit(":", 1)[1].strip().strip("/"))
        good = Good(port, photo)
        good.start()
        begun = memory(process)
        counts, sizes = attack(port, process, photo, given.times, given.seed)
        good.stop.set()
        good.join()
        process.send_signal(signal.SIGTERM)
        code = process.wait(timeout=60)
        log.seek(0)
        report(counts, sizes, begun, good, code, [line for line in log if '"LogLevel":"Error"' in line])


def report(counts, sizes, begun, good, code, errors):
    for (kind, status), count in sorted(counts.items(), key=str):
        print(f"{kind:10} {status!s:22} {count:6}")
    times = sorted(good.times)
    print(f"good photo {dict(good.answers)}, median {1000 * times[len(times) // 2]:.0f} ms, slowest {1000 * times[-1]:.0f} ms")
    third = max(sizes[:max(1, len(sizes) // 3)])
    print(f"memory     {begun:.0f} MB before, at most {third:.0f} MB in the first third, {sizes[-1]:.0f} MB at the end")
    bad = [key for key in counts if key[0] == "no answer" or key[1] in range(500, 600) and key[1] != 503]
    good_only = [key for key in good.answers if isinstance(key, str)]
    problems = [f"{key[0]}: {key[1]}" for key in bad]
    problems += ["the good photo had several answers, or none"] * (len(good_only) != 1)
    problems += ["memory grew"] * (sizes[-1] > third * (1 + ENOUGH))
    problems += [f"exit code {code}"] * (code != 0)
    problems += [f"the log has {len(errors)} errors, the first: {error[:400]}" for error in errors[:1]]
    print("passed" if not problems else "failed: " + "; ".join(problems))
    sys.exit(bool(problems))


if __name__ == "__main__":
    main()
