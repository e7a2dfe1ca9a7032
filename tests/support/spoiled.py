"""Signed tokens with another signature."""


def spoil(token: str) -> str:
    content, signature = token.rsplit(".", 1)
    return f"{content}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"
