from sim.services.attempt.shelf import Shelf


def test_what_was_not_asked_for_longest_goes_first() -> None:
    shelf: Shelf[str] = Shelf(most=2)
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert shelf.get(name, lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]
