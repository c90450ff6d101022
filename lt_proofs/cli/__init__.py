"""The command line: one module per command, imported only when the command is used, so that `--help` is quick."""

from __future__ import annotations

import difflib
import importlib
import os
import sys

import click

from lt_proofs.errors import LtProofsError

# name of the command -> module of this package whose `command` it is, in the order of `--help`
COMMANDS = {
    "check": "check",
    "show": "show",
    "prove": "prove",
    "bound": "bound",
    "cover": "cover",
    "subset": "subset",
    "inspect": "inspect",
    "prune": "prune",
    "compare": "compare",
    "estimate": "estimate",
    "recheck": "recheck",
    "popup": "popup",
    "export": "export",
    "report": "report",
}


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is looked up."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the command of that name, or None."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"lt_proofs.cli.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is meant; fail for an unknown name with the most similar one as a hint."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f"Did you mean '{near[0]}'?" if near else f"There are {', '.join(COMMANDS)}."
            ctx.fail(f"No such command '{args[0]}'. {hint}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="lt_proofs", message="%(prog)s %(version)s")
def group() -> None:
    """Machine-checked mathematics of the strong lottery ticket.

    Exit codes: 0 proved, accepted or done; 1 refuted, rejected or unsolved; 2 undecided;
    3 bad input or malformed file; 130 interrupted.
    """


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
    except (KeyboardInterrupt, click.Abort):
        print("lt-proofs: interrupted; nothing partial was kept", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # the reader, as `head`, has seen enough; redirected, so that Python does not complain again when it exits
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code if isinstance(code, int) else 0


def main() -> None:
    """Entry point of ``lt-proofs`` and of ``python -m lt_proofs``."""
    sys.exit(run())
