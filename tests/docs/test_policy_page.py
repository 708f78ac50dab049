"""The policy page is the code's, and its example can be used."""

import re
import tomllib

from models.policy import Policy
from models.policy_mapping import from_mapping
from tests.docs.policy_page import HEAD, PAGE, page


def test_the_policy_page_is_up_to_date() -> None:
    """After a change: python -m tests.docs.policy_page"""
    assert PAGE.read_text() == page()


def test_every_section_of_the_policy_is_on_the_page() -> None:
    sections = [name for name in Policy.__struct_fields__ if name != "version"]

    assert re.findall(r"^## (\w+)$", page(), re.MULTILINE) == sections


def test_the_example_is_a_policy_that_shows_its_change() -> None:
    example = re.search(r"```toml policy\n(.*?)```", HEAD, re.DOTALL)
    assert example is not None
    policy = from_mapping(tomllib.loads(example[1]))

    assert (policy.levels.at_risk, policy.long_wait.wait_s) == (55, 300)
    assert re.fullmatch(r"spring\+[0-9a-f]{8}", policy.version)
