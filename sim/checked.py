"""Files that people write: read and checked the same way for every kind, with messages that name file and key."""

import os
import tomllib
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from sim.errors import NewerSchemaError, SimError

Checked = TypeVar("Checked", bound=BaseModel)

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's where PyYAML was built with it: some eight times as fast."""


def read_yaml(path: Path, *, fault: type[SimError]) -> object:
    return parse_yaml(read_file(path, fault=fault), source=str(path), fault=fault)


def read_file(path: Path, *, fault: type[SimError]) -> bytes:
    """Return what a file holds. Raises `fault` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise fault(f"{path} cannot be read: {error.strerror}", todo="check the path") from error


def write_file(path: Path, data: bytes, *, fault: type[SimError]) -> None:
    """Write a file whole, in its folder made for it; a failure leaves what was there before, and raises `fault`."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise fault(f"{path} cannot be written: {error.strerror}", todo="free some space, then try again") from error


def parse_yaml(data: bytes, *, source: str, fault: type[SimError]) -> object:
    """Return what a YAML file holds, unchecked. Raises `fault` when it is none; `source` names the file."""
    try:
        return yaml.load(data.decode("utf-8"), Loader=_LOADER)
    except (yaml.YAMLError, ValueError) as error:  # a date or number that cannot be is a ValueError
        raise fault(f"{source} is not valid YAML: {error}", todo="correct the file, or restore it") from error


def parse_toml(data: bytes, *, source: str, fault: type[SimError]) -> dict[str, Any]:
    """Return what a TOML file holds, unchecked. Raises `fault` when it is none; `source` names the file."""
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise fault(f"{source} cannot be read as TOML: {error}", todo="correct the file, or restore it") from error


def check(model: type[Checked], data: object, *, source: str, newest: int, fault: type[SimError], todo: str) -> Checked:
    if not isinstance(data, dict):
        keys = ", ".join(list(model.model_fields)[:4])
        raise fault(f"{source} holds no mapping", expected=f"keys such as {keys}", todo=todo)
    version = data.get("schema_version")
    if isinstance(version, int) and version > newest:
        raise NewerSchemaError(
            f"{source} has schema_version {version}", expected=f"at most {newest}", todo="update Sightline"
        )
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise fault(describe_first(error, source=source), todo=todo) from error


def describe_first(error: ValidationError, *, source: str) -> str:
    """Return the first thing that is wrong: "site.yaml, cameras.3.hfov_deg: Input should be less than 140"."""
    first = error.errors()[0]
    where = ".".join(str(step) for step in first["loc"])
    return f"{source}, {where}: {first['msg']}" if where else f"{source}: {first['msg']}"
