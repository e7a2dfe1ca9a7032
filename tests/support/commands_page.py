"""The table of docs/commands.md, of the commands: `python -m tests.support.commands_page` writes it."""

from collections.abc import Iterator
from pathlib import Path

import click

from sim.commands.group import COMMANDS
from tests.support.doc_table import put_into_page

PAGE = Path(__file__).resolve().parents[2] / "docs" / "commands.md"
BEGIN, END = "<!-- commands: begin -->", "<!-- commands: end -->"
CONTEXT = click.Context(COMMANDS)


def list_commands(group: click.Group, words: str = "") -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(CONTEXT):
        command = group.get_command(CONTEXT, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from list_commands(command, f"{words}{name} ")
        else:
            yield words + name, command


def write_table() -> str:
    lines = ["| command | does | options |", "| --- | --- | --- |"]
    for words, command in list_commands(COMMANDS):
        needed = [_write(each) for each in command.params if each.required or isinstance(each, click.Argument)]
        options = [
            f"`{_write(each)}`" for each in command.params if isinstance(each, click.Option) and not each.required
        ]
        cells = (f"`{' '.join([words, *needed])}`", command.short_help or command.help or "", ", ".join(options))
        lines.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |".replace("|  |", "| |"))
    return "\n".join(lines)


def _write(each: click.Parameter) -> str:
    value = each.metavar or str(each.name)
    if isinstance(each, click.Option):
        choices = f"{{{','.join(each.type.choices)}}}" if isinstance(each.type, click.Choice) else value.upper()
        return each.opts[-1] if each.is_flag else f"{each.opts[-1]} {each.metavar or choices}"
    value = f"{value} ..." if each.nargs == -1 else value
    return value if each.required else f"[{value}]"


if __name__ == "__main__":
    put_into_page(PAGE, write_table(), begin=BEGIN, end=END)
