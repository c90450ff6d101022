"""Build the report folder: gather the facts into report.json, then render every view from that one file."""

from __future__ import annotations

import json
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lt_proofs.errors import BadInput, LtProofsError
from lt_proofs.files import new_folder, read_json, write_file
from lt_proofs.networks.ticket import NEEDED
from lt_proofs.proof.claims import CheckedClaim, overall
from lt_proofs.report.about import about_facts
from lt_proofs.report.accuracies import accuracies_facts, head
from lt_proofs.report.chains import chains_facts
from lt_proofs.report.claims import CERTIFICATES, claims_facts, counts_facts
from lt_proofs.report.examples import FOLDER as EXAMPLES
from lt_proofs.report.examples import examples_facts
from lt_proofs.report.kernel import QUICK, kernel_facts, kernel_run
from lt_proofs.report.network import CNN_TICKET, TICKET, prune_digits, prune_digits_cnn
from lt_proofs.report.numbers import FOLDER as BOUNDS
from lt_proofs.report.numbers import bounds_facts, chain_rows
from lt_proofs.report.plots import figures
from lt_proofs.report.recordings import RECORDED, recordings
from lt_proofs.report.searches import checked_claims, cores
from lt_proofs.report.sharpness import sharpness_facts
from lt_proofs.report.views import views
from lt_proofs.report.widths import widths_facts
from lt_proofs.terms import canonical_json, content_digest
from lt_proofs.theory.claim import Claim
from lt_proofs.theory.record import CLAIMS
from lt_proofs.verdict import Verdict

FORMAT = "lt_proofs report 1"
NAMES = frozenset(
    {"report.json", "report.html", "report.md", f"{CERTIFICATES}/", f"{CERTIFICATES}/*.json", f"{BOUNDS}/"}
    | {"claims/", "claims/*.html", "claims/*.md"}
    | {f"{BOUNDS}/*.json", f"{EXAMPLES}/", f"{EXAMPLES}/*.json"}
    | {f"{ticket}/" for ticket in (TICKET, CNN_TICKET)}
    | {f"{t}/{name}" for t in (TICKET, CNN_TICKET) for name in NEEDED}
)
PACKAGES = ("lt_proofs", "numpy", "numba", "python-flint", "sympy", "safetensors")
APART = ("run", "recorded", "digest")
"""What the digest does not seal: times, environment and figures that other runs measured."""
Progress = Callable[[int, int], None]


def write_report(folder: Path, progress: Progress | None = None, *, anew: bool = True) -> dict[str, Any]:
    """Prove, prune and check everything, write the folder completely or not at all, and return the facts.

    If ``anew`` is false, earlier results of searches for the same statements and code are used; the checker examines
    every certificate in any case. ``progress`` is called with (steps done, steps). Raises BadInput if the folder exists
    and is not a report.
    """
    _check_is_report(folder)
    with new_folder(folder, NAMES | frozenset(RECORDED)) as part:
        # the views are rendered from the text as written, so nothing can show what the file does not say
        text = report_text({**gather(part, CLAIMS, progress, anew=anew), "recorded": recordings(folder)})
        facts: dict[str, Any] = json.loads(text)
        write_file(part / "report.json", text.encode("ascii"))
        (part / "claims").mkdir()
        for name, page in views(facts).items():
            write_file(part / name, page.encode("utf-8"))
        # the folder is replaced as a whole, so results recorded by other commands are copied over
        for name in RECORDED:
            if (folder / name).is_file():
                write_file(part / name, (folder / name).read_bytes())
    return facts


def gather(
    folder: Path, claims: Sequence[Claim], progress: Progress | None = None, *, anew: bool = True
) -> dict[str, Any]:
    """Return all facts of the report; certificates and the ticket are written into the folder."""
    start = time.perf_counter()
    certificates = folder / CERTIFICATES
    certificates.mkdir()
    results = checked_claims(claims, certificates, progress, anew=anew)
    # recorded chains are only read, and their certificates examined again: searching for them takes minutes
    chains = chains_facts(folder / BOUNDS)
    bounds = [*bounds_facts(folder), *chain_rows(chains)]
    cases = examples_facts(folder / EXAMPLES)
    pruned, network, network_seconds = prune_digits(folder)
    images, images_seconds = prune_digits_cnn(folder)
    run = {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "environment": environment(),
        "kernel": kernel_run() if anew else QUICK,
        "seconds": {
            "claims": {r.claim.id: f"{r.seconds:.3f}" for r in results},
            "network": network_seconds,
            "images": images_seconds,
            "all": f"{time.perf_counter() - start:.3f}",
        },
    }
    return {**report_facts(results, bounds, cases, [network, images], figures(pruned, chains)), "run": run}


def report_facts(
    results: Sequence[CheckedClaim],
    bounds: list[dict[str, Any]],
    cases: list[dict[str, Any]],
    networks: list[dict[str, Any]],
    plots: list[dict[str, Any]],
) -> dict[str, Any]:
    """Everything but times, environment and recorded figures, sealed by a digest: two runs agree in all of it."""
    facts = {
        "format": FORMAT,
        **about_facts(frozenset(r.claim.id for r in results)),
        "verdict": overall(results).value,
        "counts": counts_facts(results),
        "claims": claims_facts(results),
        "kernel": kernel_facts(),
        "bounds": bounds,
        "examples": cases,
        "sharpness": sharpness_facts(plots),
        "accuracies": {"head": head(), "tables": accuracies_facts()},
        "widths": widths_facts(),
        "figures": plots,
        "network": networks[0],
        "images": networks[1],
    }
    return {**facts, "digest": content_digest(facts)}


def report_text(facts: dict[str, Any]) -> str:
    """Return the text of report.json: sorted keys, ASCII, no floats, one value per line."""
    return json.dumps(json.loads(canonical_json(facts)), indent=1, sort_keys=True) + "\n"


def exit_code(facts: dict[str, Any]) -> int:
    """0 when all is proved, accepted and solved; 1 when something is refuted, rejected or unsolved; else 2."""
    networks = [facts["network"], facts["images"]]
    # an undecided claim without a certificate has no state; its verdict counts at the end
    states = [claim["certificate"]["state"] for claim in facts["claims"] if claim["certificate"] is not None]
    states += [example["state"] for example in facts["examples"]]
    states += [network["certificate"]["state"] for network in networks]
    accepted = all(state == "accepted" for state in states)
    agreed = all(row["agreed"] == "agreed" for row in facts["bounds"])
    if not accepted or not agreed or any(network["solved"] != network["weights"] for network in networks):
        return 1
    return Verdict(facts["verdict"]).exit_code


def environment() -> dict[str, str]:
    """Describe what the run depended on besides the code, as texts."""
    return {
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "system": f"{platform.system()} {platform.machine()}",
        "cores": str(cores()),
        **{name: version(name) for name in PACKAGES},
    }


def _check_is_report(folder: Path) -> None:
    """Raise BadInput for a non-empty folder that is not a report, before anything in it can be overwritten."""
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    try:
        old = read_json(folder / "report.json", follow_links=False)
    except LtProofsError:
        old = None
    if not isinstance(old, dict) or old.get("format") != FORMAT:
        raise BadInput("-o", folder, "it exists and is not a report of this program; give another folder")
