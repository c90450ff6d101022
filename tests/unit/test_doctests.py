"""Every example in a docstring runs."""

import doctest
import importlib
import pkgutil

import pytest

import lt_proofs

NAMES = ["lt_proofs"] + [
    module.name
    for module in pkgutil.walk_packages(lt_proofs.__path__, "lt_proofs.")
    if ".checker" not in module.name and not module.name.endswith("__main__") and ".data" not in module.name
]


@pytest.mark.parametrize("name", NAMES)
def test_examples(name):
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        pytest.skip("needs the extra [torch]")
    result = doctest.testmod(module)
    assert result.failed == 0
