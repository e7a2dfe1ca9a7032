"""The table of docs/commands.md, of the parser: `python -m tests.support.commands_page` writes it."""

import argparse
from collections.abc import Iterator
from pathlib import Path

from sim.__main__ import make_parser
from tests.support.doc_table import put_into_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"


def list_commands(parser: argparse.ArgumentParser, does: str = "") -> Iterator[tuple[argparse.ArgumentParser, str]]:
    groups = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for group in groups:
        for choice in group._choices_actions:
            yield from list_commands(group.choices[choice.dest], choice.help or "")
    if not groups:
        yield parser, does


def write_table() -> str:
    lines = ["| command | does | options |", "| --- | --- | --- |"]
    parser = make_parser()
    for command, does in list_commands(parser):
        actions = [action for action in command._actions if not isinstance(action, argparse._HelpAction)]
        needed = [_write(action) for action in actions if action.required or not action.option_strings]
        options = [f"`{_write(action)}`" for action in actions if action.option_strings and not action.required]
        words = command.prog.removeprefix(f"{parser.prog} ")
        cells = (f"`{' '.join([words, *needed])}`", does, ", ".join(options))
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |".replace("|  |", "| |"))
    return "\n".join(lines)


def _write(action: argparse.Action) -> str:
    name = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    value = str(name) if isinstance(name, str) else " ".join(name)
    if action.choices is not None and action.metavar is None:
        value = f"{{{','.join(map(str, action.choices))}}}"
    if action.option_strings:
        return action.option_strings[-1] if action.nargs == 0 else f"{action.option_strings[-1]} {value}"
    return {"?": f"[{value}]", "*": f"[{value} ...]", "+": f"{value} ..."}.get(str(action.nargs), value)


if __name__ == "__main__":
    put_into_page(PAGE, write_table(), begin=BEGIN, end=END)
