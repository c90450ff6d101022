"""A solver in a process of its own, which is ended whatever it does."""

import json
import os
import select
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

SCRIPT = Path(__file__).with_name("peers.py")
PATIENCE = 300  # seconds without an answer


class PeerFailed(Exception):
    """The solver gave no answer: it is not installed, has ended, talks nonsense, or takes too long."""


class Peer:
    """A solver that peers.py starts, from the interpreter that LT_PROOFS_PEERS names (this one if it names none)."""

    def __init__(self, name, script=SCRIPT, patience=PATIENCE):
        python = os.environ.get("LT_PROOFS_PEERS", sys.executable)
        self.name, self.patience, self.complaints = name, patience, tempfile.TemporaryFile("w+")  # noqa: SIM115
        self.process = subprocess.Popen(
            [python, script, name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.complaints, text=True
        )
        self.version = self.answer().get("version")

    def solve(self, kind, samples, target, eps):
        """The answer to one instance: its seconds, and its error or whether a window is covered."""
        question = {"kind": kind, "samples": samples.tolist(), "target": int(target), "eps": eps}
        try:
            self.process.stdin.write(json.dumps(question) + "\n")
            self.process.stdin.flush()
        except OSError:
            raise self.failure("has ended") from None
        return self.answer()

    def answer(self):
        """The next line that it writes; PeerFailed, the process ended, where there is none."""
        ready, _, _ = select.select([self.process.stdout], [], [], self.patience)
        if not ready:
            raise self.failure(f"gave no answer in {self.patience} s")
        line = self.process.stdout.readline()
        try:
            return dict(json.loads(line))
        except (ValueError, TypeError):
            raise self.failure(f"answered {line.strip()[:40]!r}" if line else "has ended") from None

    def failure(self, what):
        """End the process, and say with its last complaint what was wrong."""
        self.close(wait=what == "has ended")
        self.complaints.seek(0)
        last = self.complaints.read().strip().splitlines()[-1:]
        self.complaints.close()
        return PeerFailed(f"{self.name} {what}" + "".join(f": {line[:120]}" for line in last))

    def close(self, wait=False):
        """End the process (one that has closed its output may finish its complaint), and close its pipes."""
        if wait:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()
        with suppress(OSError):  # what it did not read
            self.process.stdin.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
        self.complaints.close()
