# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page as text: that nothing breaks out of it, that it needs nothing else, and how large and slow it gets."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from html.parser import HTMLParser
from typing import Any

import pytest

from ansible_collections.huaweicloud.modelarts.tests.unit.report import samples
from ansible_collections.huaweicloud.modelarts.tests.unit.report.drawing import render_html

HOSTILE = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(2)></style><!-- {{ 7 * 7 }} {% raw %} &lt; javascript:a"
)
VOID = {"meta", "input", "br", "col", "img"}


class Page(HTMLParser):
    """The elements of a page; fails where they are not well nested."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _value in attrs]
        assert len(names) == len(set(names)), (tag, names)
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def count(self, wanted: str) -> int:
        """How many of this element there are."""
        return sum(tag == wanted for tag, _attrs in self.elements)

    def links(self) -> list[str | None]:
        """Where its links lead."""
        return [attrs.get("href") for tag, attrs in self.elements if tag == "a"]


def hostile_document() -> dict[str, Any]:
    document = samples.upgrade(4)
    document.update(title=HOSTILE, message=HOSTILE, parameters={HOSTILE: HOSTILE}, operation=HOSTILE)
    for row in document["servers"]:
        row.update(dict.fromkeys((key for key in row if key not in ("wave", "links", "started", "finished")), HOSTILE))
        row["links"] = [
            HOSTILE,
            "javascript:alert(4)",
            'https://a.example/"onmouseover=alert(5)',
            "https://ok.example/a",
        ]
    for job in document["jobs"]:
        job.update(id=HOSTILE, name=HOSTILE, type=HOSTILE, status=HOSTILE)
    return document


def test_nothing_breaks_out() -> None:
    page = Page(render_html(hostile_document()))
    assert page.count("script") == 1
    assert page.count("style") == 1
    assert page.count("img") == 0
    assert not [name for _tag, attrs in page.elements for name in attrs if name.startswith("on")]
    assert {link for link in page.links() if link and not link.startswith("#")} == {"https://ok.example/a"}
    text = "".join(page.text)
    assert HOSTILE in text  # shown as it is
    assert "49" not in re.findall(r"\{\{[^}]*\}\}|\b49\b", text)


@pytest.mark.parametrize(
    "document",
    [
        samples.upgrade(60),
        samples.log_collection(),
        samples.planned(),
        samples.running(),
        samples.within_budget(),
        samples.drift(),
        samples.health(),
        {},
        {"outcome": "running"},
        {"failures": [{"verdict": "failed", "count": 2, "servers": ["a", "b"]}], "summary": {"failed": 2}},
        {"summary": {"failed": 3}},
        {"waves": [{}, {"started": "2026-11-21T22:00:00Z"}], "servers": [{"verdict": "brand_new"}]},
    ],
)
def test_the_page_is_well_formed_and_needs_nothing_else(document: dict[str, Any]) -> None:
    text = render_html(document)
    page = Page(text)
    for tag, attrs in page.elements:
        assert tag not in ("link", "iframe", "object", "embed", "base")
        assert "src" not in attrs
    assert "@import" not in text
    assert "url(" not in text
    ids = [attrs["id"] for _tag, attrs in page.elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for link in page.links():
        assert link and (link.startswith("https://") or link[1:] in ids)


def test_only_our_script_may_run() -> None:
    text = render_html(samples.upgrade(4))
    script = text.split("<script>")[1].split("</script>")[0]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}'" in text
    assert "default-src 'none'" in text


def test_it_is_complete_without_script() -> None:
    document = samples.upgrade(60)
    page = Page(render_html(document))
    text = "\n".join(page.text)
    for row in document["servers"]:
        assert row["id"] in text
    for wave in document["waves"]:
        assert f"Wave {wave['number']}" in text
    rows = [attrs["data-v"] for tag, attrs in page.elements if tag == "tr" and "data-v" in attrs]
    assert len(rows) == 60
    assert rows[0] == "failed"
    assert rows[-1] == "current"


def test_only_a_running_page_loads_itself_again() -> None:
    assert '<noscript><meta http-equiv="refresh" content="30; url=?"></noscript>' in render_html(samples.running())
    assert 'content="60; url=?"></noscript>' in render_html(
        {**samples.running(), "servers": [], "summary": {"upgraded": 9999}}
    )
    for document in (samples.upgrade(4), samples.planned(), samples.within_budget()):
        assert 'http-equiv="refresh"' not in render_html(document)
        assert "data-reload=" not in render_html(document)


def test_a_running_page_says_where_it_is() -> None:
    text = "\n".join(Page(render_html(samples.running())).text)
    assert "Wave 4 of 5, 99 of 200 servers done, about 1 h 20 min left" in text
    assert "2026-11-21 22:49:59 UTC" in text
    assert "49 min 59 s so far" in text


@pytest.mark.parametrize(
    ("document", "wanted", "tone"),
    [
        (samples.drift(), "Done: 9 of 16 differ", "t-look"),
        (samples.health(), "Done: 2 of 24 fail, 1 unknown, 1 with warnings", "t-bad"),
        (samples.within_budget(), "Done within the failure budget", "t-look"),
        ({"outcome": "stopped", "servers": [{"id": "a", "verdict": "not_started"}]}, "Stopped", "t-look"),
        ({"outcome": "success", "servers": [{"id": "a", "verdict": "pass"}]}, "Succeeded", "t-good"),
        ({"outcome": "success", "servers": [{"id": "a", "verdict": "success"}]}, "Succeeded", "t-good"),
        (
            {"outcome": "success", "summary": {"no link named": 2, "collected": 3}},
            "Done: 2 of 5 no link named",
            "t-look",
        ),
    ],
)
def test_what_wants_a_look_is_no_plain_success(document: dict[str, Any], wanted: str, tone: str) -> None:
    text = render_html(document)
    assert f'<p class="outcome {tone}"><strong>{wanted}</strong>' in text
    assert f"<title>{wanted}: " in text


def test_what_is_asked_for_comes_before_the_defaults() -> None:
    text = render_html(samples.within_budget())
    asked, usual = text.split("<summary>6 left at their defaults</summary>")
    assert "<dt>Waves</dt><dd>50 <small>instead of 10%, 100%</small></dd>" in asked
    assert "<dt>Canary</dt>" not in asked
    assert usual.index("<dt>Canary</dt>") < usual.index("</details>")


def test_versions_are_numbered_in_their_order() -> None:
    wanted = ["23.0.6", "24.1.rc3.9", "24.1.rc3.10", "24.1.RC3.10", "24.1.0.3", "25.2", "25.2.0", "odd 2", "odd 10"]
    text = render_html({"servers": [{"id": str(at), "version_after": v} for at, v in enumerate(wanted)]})
    found = {v: int(place) for place, v in re.findall(r'<td data-s="(\d+)">([^<]+)</td>', text)}
    assert [found[v] for v in wanted] == [1, 2, 3, 3, 4, 5, 5, 6, 7]


def test_columns_without_content_are_left_out() -> None:
    def columns(document: dict[str, Any]) -> list[str | None]:
        page = Page(render_html(document))
        return [attrs["data-key"] for tag, attrs in page.elements if tag == "th" and "data-key" in attrs]

    assert columns(samples.log_collection()) == ["server", "verdict", "took", "job", "message"]
    assert columns(samples.planned()) == ["server", "verdict", "before", "wanted", "supernode", "wave"]
    two = {"servers": [{"id": "a", "version_wanted": "1.0"}, {"id": "b", "version_wanted": "2.0", "region": "r"}]}
    assert columns(two) == ["server", "region", "verdict", "wanted"]
    two["servers"][1]["version_wanted"] = "1.0"
    assert columns(two) == ["server", "region", "verdict"], "the title says it"


def test_long_messages_are_cut_where_there_are_many() -> None:
    servers = [{"id": str(at), "message": "m" * 100_000} for at in range(2000)]
    text = render_html({"servers": servers})
    assert len(text.encode()) < 2_000_000
    assert text.count("(whole in the JSON report)") == 2000
    assert "m" * 4000 in render_html({"servers": servers[:1]})


def test_two_thousand_servers_take_as_long_as_ten_times_two_hundred() -> None:
    def taken(document: dict[str, Any]) -> tuple[float, str]:
        begin = time.process_time()
        text = render_html(document)
        return time.process_time() - begin, text

    few, many = samples.upgrade(200), samples.upgrade(2000)
    short = min(taken(few)[0] for _try in range(5))
    long, text = min(taken(many) for _try in range(2))
    assert long < 25 * short, "were it quadratic, it would be a hundred times"
    assert len(text.encode()) < 2_000_000
