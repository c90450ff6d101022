"""The blocks of README.md that need PyTorch run as written."""

import importlib.util
from pathlib import Path

import pytest

SPEC = importlib.util.spec_from_file_location("readme", Path(__file__).with_name("test_readme.py"))
readme = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(readme)
folder = readme.folder


@pytest.mark.timeout(600)
def test_blocks_for_torch_run_where_it_is_installed(folder, monkeypatch):
    pytest.importorskip("torch")
    pytest.importorskip("onnx")
    chosen = [block for block in readme.BLOCKS if readme.needs_torch(block[2]) or "-o my-ticket" in block[2]]
    assert sum(language == "python" for _, language, _ in chosen) == 2
    readme.run_blocks(folder, monkeypatch, chosen)
