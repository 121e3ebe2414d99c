from hypothesis import given
from hypothesis import strategies as st

from floodeval.datasets.layouts import natural_key
from floodeval.datasets.scenes import Link, Scenes
from floodeval.datasets.scenes.matching import IDENTITY, linked_groups

ids = st.integers(0, 30).map(str)
pairs = st.lists(st.tuples(ids, ids).filter(lambda pair: pair[0] != pair[1]), max_size=40)


@given(pairs=pairs)
def test_groups_are_what_links_connect_in_natural_order(pairs):
    groups = linked_groups(pairs)
    of = {one: group for group in groups for one in group}
    assert sum(map(len, groups)) == len(of) == len({one for pair in pairs for one in pair})
    assert all(of[a] == of[b] for a, b in pairs)
    for group in groups:
        reached, again = {group[0]}, True
        while again:
            grown = reached | {x for pair in pairs if reached & set(pair) for x in pair}
            again, reached = grown != reached, grown
        assert reached == set(group)
        assert list(group) == sorted(group, key=natural_key)
    assert list(groups) == sorted(groups, key=lambda group: natural_key(group[0]))


@given(pairs=pairs)
def test_groups_do_not_depend_on_the_order_of_the_links(pairs):
    assert linked_groups(pairs) == linked_groups([(b, a) for a, b in reversed(pairs)])


def test_a_scene_is_named_by_its_first_and_a_lone_photograph_by_itself():
    scenes = Scenes(tuple(Link(a, b, "same view", IDENTITY, 20, 0.9) for a, b in (("9", "10"), ("10", "2"))))
    assert scenes.groups == (("2", "9", "10"),)
    assert scenes.scene_of(["10", "9", "11"]) == {"10": "2", "9": "2", "11": "11"}
