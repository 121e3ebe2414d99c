"""When the URL takes precedence, and when the choice on the page does."""

from floodeval.dashboard.state.url import ON_ITS_WAY_S, Address, followed

STATE = {"run": "r", "id": "2"}
LAST = Address({"run": "r", "id": "2"}, STATE, before={"run": "r", "id": "1"}, written=100.0)
LATER = 100.0 + 2 * ON_ITS_WAY_S


def test_a_followed_link_leads():
    assert followed({"run": "r", "id": "7"}, STATE, LAST, now=100.1)


def test_the_way_back_leads():
    assert followed({"run": "r", "id": "1"}, STATE, LAST, now=LATER)
    assert followed({}, STATE, LAST, now=LATER)


def test_an_unchanged_address_does_not_lead():
    assert not followed(LAST.params, STATE, LAST, now=LATER)


def test_what_the_person_just_chose_is_newer_than_the_address():
    assert not followed({"run": "r", "id": "7"}, {"run": "r", "id": "3"}, LAST, now=LATER)


def test_an_address_that_the_browser_has_not_replaced_yet_does_not_undo_the_choice():
    assert not followed({"run": "r", "id": "1"}, STATE, LAST, now=100.1)
