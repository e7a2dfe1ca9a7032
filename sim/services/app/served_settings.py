"""Settings that only a server has: which proxies it believes, and the token of its metrics."""

import ipaddress
from collections.abc import Mapping

from sim.errors import MachineError

PROXIES_VARIABLE = "FORWARDED_ALLOW_IPS"
METRICS_VARIABLE = "SIGHTLINE_METRICS_TOKEN"
LEAST_LETTERS = 16


def read_trusted_proxies(environ: Mapping[str, str]) -> list[str]:
    """Return the addresses of proxies whose word on who asks is taken: those of the variable, and nobody else.

    Not this machine's either: any program on it could pretend to be a proxy, and to ask from another address each time.
    """
    wanted = [part.strip() for part in environ.get(PROXIES_VARIABLE, "").split(",") if part.strip()]
    for part in wanted:
        try:
            ipaddress.ip_network(part, strict=False)
        except ValueError as error:
            raise MachineError(
                f"{PROXIES_VARIABLE} holds {part!r}",
                expected="addresses or networks with commas between, such as 10.0.0.5,10.1.0.0/24",
            ) from error
    return wanted


def read_metrics_token(environ: Mapping[str, str]) -> str:
    """Return the token that opens the metrics, "" where there are none."""
    token = environ.get(METRICS_VARIABLE, "").strip()
    if token and len(token) < LEAST_LETTERS:
        raise MachineError(
            f"{METRICS_VARIABLE} has {len(token)} letters",
            expected=f"{LEAST_LETTERS} or more, by chance",
            todo='set it to what `python -c "import secrets; print(secrets.token_urlsafe())"` prints',
        )
    return token
