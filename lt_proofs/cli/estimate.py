"""``lt-proofs estimate``: a campaign of random trials, with confidence intervals that anyone can recompute."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lt_proofs.cli.output import RATIONAL, between, device_option, json_option, note, print_json
from lt_proofs.errors import BadInput
from lt_proofs.exact.rational import rational_text
from lt_proofs.tables import LAWS, NAMES

if TYPE_CHECKING:
    from lt_proofs.campaigns.campaign import Campaign
    from lt_proofs.campaigns.leaves import Executor
    from lt_proofs.campaigns.run import Outcome


DEFAULTS = ", ".join(str(row["sampled"]["most"]) for row in LAWS.values())


@click.command("estimate")
@click.option("--law", help=f"{', '.join(NAMES[:-1])} or {NAMES[-1]}; --network draws gadgets.")
@click.option("--eps", type=RATIONAL, required=True, help="Tolerance; read exactly.")
@click.option("--trials", type=int, required=True, help="Number of trials; with --until-… the largest number.")
@click.option("--seed", type=int, required=True, help="Determines every trial; from 0 to 2^64 - 1.")
@click.option(
    "--n", "ns", multiple=True, type=int, help="Number of samples (or units per input) to report; may be repeated."
)
@click.option("--most", type=int, help=f"Samples after which a trial is given up ({DEFAULTS} by law).")
@click.option("--network", metavar="D0,D1,…", help="Are all windows of a random network of these widths covered?")
@click.option(
    "--linear", type=int, metavar="D", help="The hidden width at which masks approximate a random D x D matrix."
)
@click.option(
    "--growth", type=int, metavar="STEPS", help="The growth of the covered part by one sample, after STEPS samples."
)
@device_option
@click.option("--workers", type=int, help="Number of threads (by default one for each core).")
@click.option("--cluster", metavar="ADDR", help="A dask scheduler that runs the leaves, such as tcp://host:8786.")
@click.option("--ledger", type=click.Path(path_type=Path), help="Keep every counted leaf in this file.")
@click.option("--resume", is_flag=True, help="Continue with the leaves that the ledger holds.")
@click.option(
    "--confidence",
    type=RATIONAL,
    default="0.99",
    show_default=True,
    help="Simultaneous confidence level of all intervals.",
)
@click.option("--until-width", type=RATIONAL, help="Stop once no interval is wider than this.")
@click.option(
    "--until-decides", type=RATIONAL, metavar="DELTA", help="Stop once each interval lies on one side of 1-DELTA."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Write a certificate of the outcome to this file."
)
@json_option
def command(
    eps: Fraction, trials: int, ns: tuple[int, ...], ledger: Path | None, resume: bool, output: Path | None,
    as_json: bool, **options: Any,
) -> int:  # fmt: skip
    """Count in how many random trials every point of [-1, 1] is within EPS of a subset sum.

    A trial depends only on its number and the seed, so workers, interruptions and clusters do not change the result.
    Exit code 2: the condition of --until-… was not met.
    """
    # what is wrong with the options is said before the compiler is loaded, which takes a second
    between(options["confidence"], 0, 1, "--confidence")
    if resume and ledger is None:
        raise BadInput("--resume", "without --ledger", "name the ledger to continue")
    from lt_proofs.campaigns.certificate import check_certifiable, check_place, write_certificate
    from lt_proofs.campaigns.leaves import leaves_of
    from lt_proofs.campaigns.ledger import Ledger
    from lt_proofs.campaigns.run import Design, run
    from lt_proofs.cli.progress import on_stderr

    # raises BadInput for a number of trials out of range
    leaves_of(trials)
    if output is not None:
        check_place(output)
    campaign = campaign_of(eps, **options)
    design = Design(ns, options["confidence"], enough_of(options["until_width"], options["until_decides"], ns))
    design.check(campaign)
    if output is not None:
        # an hour of trials should not end in a certificate that the checker refuses
        check_certifiable(campaign, trials, design)
    # compile and check the parameters now: a ledger should not be created for a campaign that cannot run
    campaign.counter()
    executor = executor_of(options["device"], options["workers"], options["cluster"])
    opened = nullcontext() if ledger is None else Ledger.open(ledger, campaign.parameters(), resume=resume)
    try:
        with opened as book, on_stderr("trials") as progress:
            outcome = run(campaign, trials, executor, design, book, progress)
    except KeyboardInterrupt:
        if ledger is None:
            raise
        note(f"lt-proofs: interrupted; the counted leaves are in {ledger}; the same command with --resume continues")
        return 130
    if output is not None:
        write_certificate(output, outcome)
    show(outcome, as_json)
    # 2 as for UNDECIDED: the trials were counted, but what was asked is still open
    return 0 if outcome.enough else 2


def campaign_of(
    eps: Fraction, law: str | None, seed: int, most: int | None, network: str | None, growth: int | None,
    linear: int | None, **_: Any,
) -> Campaign:  # fmt: skip
    """Return the campaign that the options describe; raise BadInput if they contradict each other."""
    from lt_proofs.campaigns.campaign import FirstPassage, Growth, NetworkPassage
    from lt_proofs.laws import GADGET, law_named

    if linear is not None:
        from lt_proofs.campaigns.linear import MOST as WIDEST
        from lt_proofs.campaigns.linear import LinearReach

        if law is not None or network is not None or growth is not None:
            raise BadInput("--linear", linear, "it draws uniform weights; leave out --law, --network and --growth")
        return LinearReach(seed, linear, eps, WIDEST.get(linear, 1) if most is None else most)
    if network is not None:
        if law not in (None, "gadget") or growth is not None:
            raise BadInput("--network", network, "it draws gadgets and counts no growth; leave out --law or --growth")
        return NetworkPassage(seed, widths_of(network), eps, GADGET.most if most is None else most)
    if law is None:
        raise BadInput("--law", "no law", f"name one of: {', '.join(NAMES)}; or give --network")
    if growth is not None:
        return Growth(seed, law_named(law), eps, growth)
    return FirstPassage(seed, law_named(law), eps, law_named(law).most if most is None else most)


def widths_of(text: str) -> tuple[int, ...]:
    """Return the widths in a text such as 4,4,4; raise BadInput for other texts."""
    parts = text.split(",")
    if not all(part.strip().isascii() and part.strip().isdigit() and len(part) < 9 for part in parts):
        raise BadInput("--network", text, "give widths such as 4,4,4")
    return tuple(map(int, parts))


def enough_of(width: Fraction | None, delta: Fraction | None, ns: tuple[int, ...]) -> Callable[[Any], bool] | None:
    """Return the condition at which the campaign stops, or None; raise BadInput if both options are given."""
    from lt_proofs.campaigns.run import until_decides, until_width

    if width is not None and delta is not None:
        raise BadInput("--until-width", width, "give it or --until-decides, not both")
    if width is not None:
        return until_width(between(width, 0, 1, "--until-width"))
    if delta is not None:
        if not ns:
            raise BadInput("--until-decides", delta, "name the numbers of samples to decide about with --n")
        return until_decides(between(delta, 0, 1, "--until-decides"))
    return None


def executor_of(device: str, workers: int | None, cluster: str | None) -> Executor:
    """Return what runs the leaves: threads, GPUs or a cluster; raise BadInput if it is not available."""
    from lt_proofs.campaigns.threads import on_threads

    if device == "cuda":
        if workers is not None or cluster is not None:
            raise BadInput("--device", device, "all GPUs of this machine count; leave out --workers and --cluster")
        from lt_proofs.campaigns.gpu import on_gpus

        return on_gpus()
    if cluster is not None:
        from lt_proofs.campaigns.cluster import on_cluster

        return on_cluster(cluster)
    return on_threads(workers)


def show(outcome: Outcome, as_json: bool) -> None:
    """Print the outcome as one JSON object or as lines."""
    from lt_proofs.campaigns.campaign import Growth
    from lt_proofs.campaigns.intervals import shown

    quantities = outcome.campaign.quantities if isinstance(outcome.campaign, Growth) else {}
    rows = [(row.n, row.successes, shown(row.low), shown(row.high)) for row in outcome.rows]
    if as_json:
        print_json(
            {
                "trials": outcome.trials,
                "first_passage": {str(result): count for result, count in outcome.histogram.items()},
                "coverage": [dict(zip(("n", "successes", "low", "high"), row, strict=True)) for row in rows],
                "digest": outcome.digest,
                "results": outcome.results,
                "campaign": outcome.campaign.parameters(),
                "confidence": rational_text(outcome.level),
                "among": outcome.among,
                "interval": outcome.method,
                "enough": outcome.enough,
                **({"quantities": {str(n): quantity for n, quantity in quantities.items()}} if quantities else {}),
            }
        )
        return
    for n, successes, low, high in rows:
        what = quantities.get(n, f"n = {n}")
        print(f"{what:<{11 if quantities else 8}} {successes} of {outcome.trials}: between {low} and {high}")
    if quantities:
        print("v is the covered share of the window, v' the share after one more sample, and E the expectation;")
        print("the growth claims (such as r6) bound the ratio E[v' - v] / E[v(1 - v)] from below")
    shared = f", simultaneous for {outcome.among} intervals" if outcome.among > 1 else ""
    print(f"confidence {rational_text(outcome.level)} ({outcome.method}){shared}")
    print(f"digest {outcome.digest}")
