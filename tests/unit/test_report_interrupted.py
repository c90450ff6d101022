"""Ctrl-C in the middle of a report: exit code 130, nothing left behind, and what was found is kept."""

import os
import signal
import subprocess
import sys


def test_ctrl_c_stops_cleanly_and_says_how_to_go_on(start, until, tmp_path):
    cache = tmp_path / "cache"
    place = tmp_path / "place"
    place.mkdir()
    command = [sys.executable, "-m", "lt_proofs", "report", "-o", str(place / "report")]
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache)}
    running = start(command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    until(lambda: list(cache.rglob("*.json")) or running.poll() is not None)
    running.send_signal(signal.SIGINT)
    out, error = running.communicate()
    assert running.returncode == 130, error
    assert out == ""
    assert "Traceback" not in error
    assert "--quick continues" in error
    assert not list(place.iterdir())
    assert list(cache.rglob("*.json"))
