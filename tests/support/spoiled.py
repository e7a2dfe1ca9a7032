"""Signed tokens with another signature."""


def spoil(token: str) -> str:
    """Return a token with another first letter of its signature: of the last letter, some bits do not count."""
    content, signature = token.rsplit(".", 1)
    return f"{content}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
