"""The spec of prompts on dry land: its number of things, and where it is refused."""

import pytest

from floodeval.errors import FloodevalError
from floodeval.sam.land_spec import LandSpec, find_land
from floodeval.sam.prompts import parse_prompt


def test_land_asks_for_five_things_unless_it_says_how_many():
    assert find_land(["box", "land"]) == find_land(["land:n=5", "box"]) == LandSpec(5)
    assert find_land(["box", "land:n=20", "land:n=20"]).spec == "land:n=20"
    assert find_land(["box"]) is None


@pytest.mark.parametrize(
    ("prompts", "says"),
    [
        (["land:n=5"], "add another"),
        (["land:n=5", "land:n=6", "box"], "given twice (land:n=5, land:n=6)"),
        (["land:n=0", "box"], "land has n='0'; expected a whole number of things from 1 to 20"),
        (["land:n=21", "box"], "from 1 to 20"),
        (["land:n=five", "box"], "from 1 to 20"),
        (["land:seed=1", "box"], "has the option 'seed'; land takes n"),
        (["land:", "box"], "has the option ''; land takes n"),
    ],
)
def test_what_no_run_can_use_is_refused_in_one_line(prompts, says):
    with pytest.raises(FloodevalError) as refused:
        find_land(prompts)
    said = str(refused.value)
    assert says.replace("land has", f"'{prompts[0]}' has") in said and "\n" not in said


def test_where_scores_are_needed_land_is_refused_with_the_command_that_takes_it():
    with pytest.raises(FloodevalError, match=r"only `floodeval evaluate` takes it"):
        parse_prompt("land:n=5")
