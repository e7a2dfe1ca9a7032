"""Argon2id with small settings: the real thing, in a millisecond instead of a quarter of a second."""

import pytest
from argon2 import PasswordHasher

from sim.services.accounts import passwords


@pytest.fixture
def quick_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", quick)
    monkeypatch.setattr(passwords, "_NEVER_RIGHT", quick.hash("nobody knows"))
