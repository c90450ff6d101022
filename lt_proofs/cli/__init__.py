"""The command line: one module per command, imported only when the command is used, so that `--help` is quick."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from dataclasses import dataclass

import click

from lt_proofs.errors import BadInput, LtProofsError


@dataclass(frozen=True)
class Entry:
    """A command as ``--help`` lists it: what it is for, and one call of it that works as it stands."""

    group: str
    example: str


# every command is the `command` of the module of its name; groups and commands in the order of `--help`
COMMANDS = {
    "prove": Entry("Prove", """lt-proofs prove "v*(1-v) <= 1/4" --where "v in [0, 1]\""""),
    "show": Entry("Prove", "lt-proofs show theorem-1"),
    "bound": Entry("Prove", "lt-proofs bound --eps 0.01 --delta 0.01 --widths 784,500,10"),
    "cover": Entry("Measure", "lt-proofs cover samples.json --eps 0.2"),
    "subset": Entry("Measure", "lt-proofs subset samples.json --target 1/2"),
    "estimate": Entry("Measure", "lt-proofs estimate --eps 0.01 --trials 1000 --seed 1 --n 20 -o campaign.json"),
    "popup": Entry("Measure", "lt-proofs popup --seeds 1 --epochs 10 -o popup-runs"),
    "inspect": Entry("Prune", "lt-proofs inspect model.onnx"),
    "prune": Entry("Prune", "lt-proofs prune model.onnx --eps 0.01 -o my-ticket"),
    "compare": Entry("Prune", "lt-proofs compare original.onnx quantised.onnx --box 0,1 -o comparison"),
    "check": Entry("Check", "lt-proofs check r3 p2"),
    "recheck": Entry("Check", "lt-proofs recheck my-ticket"),
    "report": Entry("Report", "lt-proofs report --quick -o quick-report"),
    "export": Entry("Report", "lt-proofs export --coq coq-files"),
}
# what is printed where no command is given
FIRST_STEPS = """lt-proofs: machine-checked mathematics of the strong lottery ticket. Three things to try:

  lt-proofs show theorem-1
      the theorem with its constant, its proof, and what it rests on
  lt-proofs bound --eps 0.01 --delta 0.01 --widths 784,500,10
      how many hidden units a network of these widths needs
  lt-proofs prove "x*exp(-x) <= 37/100" --where "x in [0, oo)"
      an inequality of your own, with a certificate that a small program checks

lt-proofs --help lists all commands."""


# all groups of `--help` have one column of names
WIDEST = max(map(len, COMMANDS))


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is looked up."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name, with its example, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"lt_proofs.cli.{cmd_name}").command
        command.epilog = f"Example:\n\n\b\n  {COMMANDS[cmd_name].example}"
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands by groups, each with the whole first sentence of its help."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for name, entry in COMMANDS.items():
            command = self.get_command(ctx, name)
            summary = " ".join((command.help or "").split("\n\n")[0].split()) if command else ""
            groups.setdefault(entry.group, []).append((name, summary))
        for title, rows in groups.items():
            with formatter.section(title):
                formatter.write_dl([(name.ljust(WIDEST), summary) for name, summary in rows])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; fail for an unknown name with the most similar one as a hint."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(COMMANDS)}."
            ctx.fail(f"No such command '{args[0]}'. {hint}")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run the command; a function's argument that is refused is named as the option that the user typed."""
        try:
            return super().invoke(ctx)
        except BadInput as error:
            command = self.get_command(ctx, ctx.invoked_subcommand or "")
            raise BadInput(option_of(command, error.argument), error.value, error.remedy) from error


def option_of(command: click.Command | None, argument: str) -> str:
    """The option of the command that sets this argument, as ``--law`` for ``law``; the argument itself without one."""
    options = [option for option in getattr(command, "params", ()) if isinstance(option, click.Option)]
    return next((max(option.opts, key=len) for option in options if option.name == argument), argument)


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lt_proofs", message="%(prog)s %(version)s")
@click.pass_context
def group(context: click.Context) -> None:
    """Machine-checked mathematics of the strong lottery ticket.

    Exit codes: 0 proved, accepted or done; 1 refuted, rejected or unsolved; 2 undecided;
    3 bad input or malformed file; 130 interrupted.
    """
    if context.invoked_subcommand is None:
        click.echo(FIRST_STEPS)


def one_line(error: click.ClickException) -> str:
    """Return a usage error of click as one line, as this program prints all its errors."""
    message = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "lt-proofs"
    return f"{where}: {message} (see {where} --help)"


def run(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code; errors become one line on stderr."""
    try:
        code = group.main(arguments, prog_name="lt-proofs", standalone_mode=False)
    except click.ClickException as error:
        print(one_line(error), file=sys.stderr)
        return 3
    except LtProofsError as error:
        print(f"lt-proofs: {error}", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as stop:
        # click wraps the interrupt, which says what is kept where something is
        kept = str(stop.__cause__ or stop) or "nothing partial was kept"
        print(f"lt-proofs: interrupted; {kept}", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # the reader, as `head`, has seen enough; redirected, so that Python does not complain again when it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def main() -> None:
    """Entry point of ``lt-proofs`` and of ``python -m lt_proofs``."""
    sys.exit(run())
