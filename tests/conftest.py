"""Hypothesis without a deadline, for compilation counts as the first call's time; and the checker's own modules."""

import importlib.util
import sys
from fractions import Fraction
from types import SimpleNamespace

import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None)
settings.load_profile("project")


@pytest.fixture(scope="session")
def checker():
    """The modules of the checker by name, its program as `main`; `term` reads text as the checker's terms."""
    from lt_proofs.proof.checking import CHECKER

    before = dict(sys.modules)
    sys.path.insert(0, str(CHECKER))
    try:
        spec = importlib.util.spec_from_file_location("checker_main", CHECKER / "__main__.py")
        main = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(main)
        names = {path.stem for path in CHECKER.glob("*.py")} - {"__init__", "__main__"}
        modules = {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(CHECKER))
        for name in set(sys.modules) - set(before):
            if str(CHECKER) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]

    return namespace(main, modules)


def namespace(main, modules):
    """The modules of the checker as attributes, and readers of terms and relations from text."""
    from lt_proofs.terms import encode, parse_relation, parse_term

    def term(text):
        return modules["syntax"].term(encode(parse_term(text))) if isinstance(text, str) else Fraction(text)

    def relation(text):
        return modules["syntax"].relation(encode(parse_relation(text)))

    return SimpleNamespace(main=main, read_term=term, read_relation=relation, **modules)
