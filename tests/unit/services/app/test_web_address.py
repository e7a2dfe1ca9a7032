import pytest

from sim.errors import MachineError
from sim.services.app.web_address import read_address


@pytest.mark.parametrize("wrong", ["drills.example.org", "ftp://drills.example.org", "https://", "https://x:port"])
def test_an_address_that_is_none_is_refused_by_the_name_of_its_setting(wrong: str) -> None:
    with pytest.raises(MachineError, match="SIGHTLINE_ADDRESS is"):
        read_address({"SIGHTLINE_ADDRESS": wrong}, "SIGHTLINE_ADDRESS")
