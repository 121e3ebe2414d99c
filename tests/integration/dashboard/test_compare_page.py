"""The page Compare: what the viewer is given, what stands beside it, and every state that a run can be in."""

import json

import numpy as np
import pytest

from floodeval.analysis.ranking import RankedPlace, Ranking
from floodeval.dashboard.pages.compare.page import neighbor_of
from floodeval.datasets.images import encode_mask
from floodeval.evaluation.cases import mark_case
from floodeval.evaluation.run import load_run, mask_path
from floodeval.i18n import formats
from floodeval.i18n.catalog import say
from floodeval.viz.wording import ranking_words, tag_words
from tests.support.fake_run import draw_dataset, write_run
from tests.support.node import complaint_of
from tests.support.pages import open_page, says, words
from tests.support.wording import holds


@pytest.fixture
def run(results, tmp_path, monkeypatch):
    """A run of its own, so that what is broken stays here."""
    monkeypatch.setenv("FLOODEVAL_DATA", str(tmp_path))
    return write_run(results / "runs" / "mine", draw_dataset(tmp_path / "pools", list("abcdef")))


def given(page):
    """What the viewer was given."""
    return json.loads(page.get("bidi_component")[0].proto.json)


def layers(page):
    return [layer["key"] for layer in given(page)["layers"]]


def sets(page):
    return {one["key"]: one["panes"] for one in given(page)["sets"]}


def thumbnails(page):
    return {one["key"]: one["thumbnails"] for one in given(page)["sets"]}


def test_the_errors_of_a_and_b_are_large_and_the_rest_is_small(run):
    page = open_page("Compare", run="mine", id="c")
    assert not page.exception
    errors, masks = (
        [f"{kind}:{name}" for name in ("pretrained", "finetuned")] for kind in ("errors", "mask")
    )
    assert next(iter(sets(page))) == "errors"
    assert sets(page)["errors"] == errors
    assert thumbnails(page)["errors"] == ["photograph", "truth", "against", "outlines"]
    assert sets(page)["against"] == ["against"] and set(errors) < set(thumbnails(page)["against"])
    assert sets(page)["masks"] == masks and "truth" in thumbnails(page)["masks"]
    assert sets(page)["slider"] == errors and "outlines" in sets(page)
    assert all(key in layers(page) for panes in sets(page).values() for key in panes)
    assert all(len(small) <= 4 for small in thumbnails(page).values())
    assert given(page)["prompt"]["box"] and given(page)["id"] == "c"


@pytest.mark.parametrize("run", ["two", "three", "one", "gone"])
@pytest.mark.usefixtures("dashboard_files")
def test_the_browser_takes_what_it_is_given(run):
    assert complaint_of(given(open_page("Compare", run=run))) is None


def test_three_variants_are_all_shown(dashboard_files):
    page = open_page("Compare", run="three", id="i3")
    assert len(sets(page)["errors"]) == 3 and "errors:other_one" in sets(page)["errors"]
    scores = page.dataframe[0].value
    assert list(scores.columns[-2:]) == [say("compare.gap", name="B"), say("compare.gap", name="other_one")]


def test_one_variant_is_shown_against_the_truth(dashboard_files):
    page = open_page("Compare", run="one", id="i3")
    assert not page.exception and "against" not in sets(page)
    assert sets(page)["errors"] == ["photograph", "errors:pretrained"]
    assert thumbnails(page)["errors"] == ["truth", "outline:pretrained"]
    assert sets(page)["slider"] == ["photograph", "errors:pretrained"]


def test_without_photographs_the_masks_are_laid_against_each_other(dashboard_files):
    page = open_page("Compare", run="gone")
    assert any("FLOODEVAL" in one.value for one in page.caption)
    assert given(page)["photograph"] is None and given(page)["prompt"] is None
    assert sets(page)["masks"] == ["mask:pretrained", "mask:finetuned"]
    assert thumbnails(page)["masks"] == ["against", "outlines"]
    assert "errors" not in sets(page) and not any(layer["footnote"] for layer in given(page)["layers"])


def test_an_unreadable_mask_is_named_and_the_rest_is_shown(run):
    mask_path(run, "finetuned", "box", "c").write_bytes(b"no picture")
    page = open_page("Compare", run="mine", id="c")
    assert not page.exception and any(holds(one.value, "images.no_picture") for one in page.warning)
    assert "errors:pretrained" in layers(page) and "errors:finetuned" not in layers(page)


def test_a_mask_of_another_size_is_named_and_never_resized(run):
    mask_path(run, "finetuned", "box", "c").write_bytes(encode_mask(np.ones((3, 5), bool)))
    page = open_page("Compare", run="mine", id="c")
    assert any(holds(one.value, "images.other_prediction") for one in page.warning)
    assert "against" not in layers(page)


def test_where_nothing_can_be_read_it_says_so(run, tmp_path):
    for name in ("pretrained", "finetuned"):
        mask_path(run, name, "box", "c").unlink()
    (tmp_path / "pools" / "masks" / "c.png").write_bytes(b"")
    page = open_page("Compare", run="mine", id="c")
    assert not page.exception
    assert "viewer" not in {one.key for one in page.get("bidi_component")}
    assert [notice for notice in page.info if notice.value == say("compare.nothing")]


def test_every_metric_stands_there_with_its_gap(run):
    table = open_page("Compare", run="mine", id="c").dataframe[0].value
    table = table.set_index(say("compare.metric"))
    wanted = ("iou", "boundary_iou", "nsd", "hd95_px", "assd_px", "score")
    assert {say(f"metrics.{metric}") for metric in wanted} <= set(table.index)
    assert list(table.columns) == ["pretrained (A)", "finetuned (B)", say("compare.gap", name="B")]


def test_the_images_slices_lead_to_their_lists(run):
    page = open_page("Compare", run="mine", id="a")
    links = [link.proto.query_string for link in page.page_link]
    assert [query for query in links if "slice=megapixels" in query]


def test_next_and_previous_follow_the_filters_and_neighbors_show_them(run):
    mark_case(run, "b", "shadow")
    mark_case(run, "e")
    page = open_page("Compare", run="mine", marked="yes")
    first = page.selectbox(key="id").value
    order = ranking_words(Ranking()) + say("compare.filtered")
    assert says(page, "compare.place", total=2, order=order)
    page.button(key="step_next").click().run()
    assert {first, page.selectbox(key="id").value} == {"b", "e"}
    assert page.button(key="step_next").disabled
    page.selectbox(key="id").select("a").run()
    assert says(page, "compare.not_listed", total=2)
    assert not (page.button(key="step_next").disabled and page.button(key="step_previous").disabled)


def test_the_toolbar_names_the_place_in_the_list_and_what_the_image_shows(run):
    page = open_page("Compare", run="mine")
    toolbar = given(page)["toolbar"]
    assert toolbar["position"] == say("compare.position", position=1, total=6)
    assert (toolbar["previous"], toolbar["next"]) == (False, True)
    assert toolbar["facts"][0] == given(page)["id"] and toolbar["mark"] == say("cases.mark")
    mark_case(run, given(page)["id"], "shadow")
    toolbar = given(open_page("Compare", run="mine"))["toolbar"]
    assert toolbar["facts"][-1] == tag_words("shadow") and toolbar["mark"] == say("compare.change_mark")


@pytest.mark.parametrize(
    ("asked", "shown"), [("previous", "a"), ("next", "c"), ("c", None), (None, None), ({"next": 1}, None)]
)
def test_the_toolbar_leads_to_the_neighbors_and_nowhere_else(asked, shown):
    assert neighbor_of(RankedPlace(2, 3, "a", "c"), asked) == shown


def test_an_exported_picture_says_what_it_shows(run):
    lines = given(open_page("Compare", run="mine", id="c"))["caption"]
    assert lines[0] == say("compare.caption_photograph", id="c", runs="mine")
    table = load_run(run).metrics
    for line, name, letter in zip(lines[1:], ("pretrained", "finetuned"), "AB", strict=True):
        row = table[(table["id"] == "c") & (table["variant"] == name) & (table["prompt"] == "box")].iloc[0]
        assert line.startswith(f"{name} ({letter})") and "box" in line
        assert line.endswith(f"IoU {row['iou']:.3f}")


def test_the_shares_below_an_error_map_are_those_of_the_frame(run):
    page = open_page("Compare", run="mine", id="c")
    (layer,) = (one for one in given(page)["layers"] if one["key"] == "errors:finetuned")
    table = load_run(run).metrics
    row = table[(table["id"] == "c") & (table["variant"] == "finetuned") & (table["prompt"] == "box")].iloc[0]
    n = row[["tp", "fp", "fn", "tn"]].sum()
    wanted = [
        say(f"compare.share_{word}", share=formats.percent(row[part] / n))
        for word, part in (("found", "tp"), ("false", "fp"), ("missed", "fn"))
    ]
    assert [entry["text"] for entry in layer["key_entries"]] == wanted
    assert layer["footnote"] == say("compare.shares_of_frame")


def test_other_clicks_are_tried_on_the_same_image(run):
    page = open_page("Compare", run="mine", id="c")
    (link,) = [link.proto for link in page.page_link if link.proto.label == say("compare.try")]
    assert link.page.endswith("Try_it") and "id=c" in link.query_string


def test_a_mark_is_seen_with_its_note(run):
    mark_case(run, "b", "small water", "only a ditch")
    page = open_page("Compare", run="mine", id="b")
    assert f":material/flag: {tag_words('small water')}]" in words(page) and "only a ditch" in words(page)


def test_a_links_view_reaches_the_viewer_until_another_image_is_shown(run):
    page = open_page("Compare", run="mine", id="c", view="masks,0.1,2.5,0.4,0.6,60,50")
    assert given(page)["view"] == "masks,0.1,2.5,0.4,0.6,60,50"
    assert page.query_params["view"] == given(page)["view"]
    page.selectbox(key="id").select("a").run()
    assert given(page)["view"] is None and "view" not in page.query_params
    assert given(open_page("Compare", run="mine", id="c", view="<b>"))["view"] is None
