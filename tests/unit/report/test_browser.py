# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in a real browser: sorting, filtering, dark and light, a phone, paper, and that no hostile text runs."""

from __future__ import annotations

import base64
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.huaweicloud.modelarts.tests.unit.report import samples
from ansible_collections.huaweicloud.modelarts.tests.unit.report.drawing import render_html
from ansible_collections.huaweicloud.modelarts.tests.unit.report.test_html import hostile_document

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
if not CHROMIUM or not DRIVER:
    pytest.skip("needs Chromium and its driver: apt-get install chromium chromium-driver", allow_module_level=True)
webdriver: Any = pytest.importorskip("selenium.webdriver", reason="needs the Python package selenium")
WAIT = partial(pytest.importorskip("selenium.webdriver.support.wait").WebDriverWait, timeout=30)

FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage"
)
# WCAG's contrast of every element that has text of its own, with what is behind it.
CONTRAST = r"""
const channel = (v) => (v /= 255) <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
const light = (color) => {
  const [red, green, blue] = color.match(/[\d.]+/g).map(Number).map(channel);
  return .2126 * red + .7152 * green + .0722 * blue;
};
const behind = (e) => {
  const color = getComputedStyle(e).backgroundColor;
  return !/, 0\)$/.test(color) ? color : e.parentElement ? behind(e.parentElement) : "rgb(255, 255, 255)";
};
const poor = [];
for (const e of document.body.querySelectorAll("*")) {
  if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
  const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
  if ((a + .05) / (b + .05) < 4.5) poor.push(`${e.tagName} ${e.className} ${e.textContent.slice(0, 30)}`);
}
return [...new Set(poor)];
"""
NAMES = "return [...document.querySelectorAll('.servers tbody tr:not([hidden]) th b')].map((b) => b.textContent)"

VERDICTS = "return [...document.querySelectorAll('.servers tbody tr:not([hidden])')].map((tr) => tr.dataset.v)"

Open = Callable[..., Any]


@pytest.fixture(scope="module", name="browser")
def fixture_browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=DRIVER))
    yield driver
    driver.quit()


@pytest.fixture(name="open_page")
def fixture_open_page(browser: Any, tmp_path: Path) -> Open:
    """Opens the report of a document; whatever the page complains about fails the test."""

    def opened(document: dict[str, Any], scheme: str = "light", width: int = 1440, script: bool = True) -> Any:
        path = tmp_path / "report.html"
        path.write_text(render_html(document), encoding="utf-8")
        command = browser.execute_cdp_cmd
        command("Emulation.setScriptExecutionDisabled", {"value": not script})
        command(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
        )
        command(
            "Emulation.setEmulatedMedia",
            {
                "media": "screen",
                "features": [
                    {"name": "prefers-color-scheme", "value": scheme},
                    {"name": "prefers-reduced-motion", "value": "reduce"},
                ],
            },
        )
        browser.get_log("browser")
        browser.get(path.as_uri())
        assert browser.get_log("browser") == []
        return browser

    return opened


def click_heading(page: Any, key: str) -> str:
    """Sorts by a column and returns what is then said about it."""
    page.find_element("css selector", f"th[data-key={key}] button").click()
    assert len(page.find_elements("css selector", "th[aria-sort]")) == 1
    return str(page.find_element("css selector", f"th[data-key={key}]").get_attribute("aria-sort"))


def column(page: Any, key: str) -> list[str]:
    """A column's text, in the order on the page."""
    script = """
    const at = [...document.querySelectorAll(".servers thead th")].findIndex((th) => th.dataset.key === arguments[0]);
    return [...document.querySelectorAll(".servers tbody tr")].map((tr) => tr.cells[at].firstChild?.textContent ?? "");
    """
    return list(page.execute_script(script, key))


def status(page: Any) -> str:
    """How many the page says it shows."""
    return str(page.find_element("css selector", "form.tools output").text)


def test_it_sorts_by_every_column(open_page: Open) -> None:
    document = samples.upgrade(60, 20)
    page = open_page(document)
    assert column(page, "verdict")[0] == "failed"
    by_name = [row["name"] for row in sorted(document["servers"], key=lambda row: int(row["name"].split("-")[-1]))]
    for key in [head.get_attribute("data-key") for head in page.find_elements("css selector", ".servers thead th")]:
        first, up = click_heading(page, key), column(page, key)
        second, down = click_heading(page, key), column(page, key)
        assert {first, second} == {"ascending", "descending"}
        if first == "descending":
            up, down = down, up
        assert sorted(up) == sorted(down)
        filled = [value for value in up if value]
        assert up[: len(filled)] == filled, "what is empty comes last"
        assert [value for value in down if value] == down[: len(filled)]
        if key == "server":
            assert up == by_name
            assert down == by_name[::-1]
        if key == "before":
            assert list(dict.fromkeys(up)) == ["23.0.6", "24.1.rc3.9", "24.1.rc3.10", "24.1.0.3"]
        if key == "wave":
            assert up == sorted(up, key=int)
        if key == "took":
            lengths = [60 * int(value.split(" min")[0]) for value in filled]
            assert lengths == sorted(lengths)


def test_it_filters_by_text_and_verdict(open_page: Open) -> None:
    document = samples.upgrade(200)
    counts = document["summary"]
    page = open_page(document)
    assert status(page) == "200 of 200 shown"
    tile = page.find_element("css selector", ".tile[data-verdict=failed]")
    tile.click()
    assert status(page) == f"{counts['failed']} of 200 shown"
    assert tile.get_attribute("aria-pressed") == "true"
    assert page.execute_script("return document.querySelector('select').value") == "failed"
    assert sorted(page.execute_script(NAMES)) == sorted(
        row["name"] for row in document["servers"] if row["verdict"] == "failed"
    )
    click_heading(page, "server")
    assert status(page) == f"{counts['failed']} of 200 shown"

    field = page.find_element("css selector", "input[type=search]")
    field.send_keys("npu 3  is not")
    wanted = [row for row in document["servers"] if row["verdict"] == "failed" and "NPU 3" in row["message"]]
    assert wanted
    assert status(page) == f"{len(wanted)} of 200 shown"
    field.send_keys(" nowhere")
    assert status(page) == "0 of 200 shown"
    assert page.find_element("id", "none").is_displayed()
    page.find_element("css selector", "#none button").click()
    assert status(page) == "200 of 200 shown"
    assert tile.get_attribute("aria-pressed") == "false"
    assert not page.find_element("id", "none").is_displayed()

    some = document["servers"][37]
    field.send_keys(some["id"])
    assert page.execute_script(NAMES) == [some["name"]]
    field.send_keys(webdriver.Keys.ENTER)  # must not leave the page
    page.find_element("css selector", "button[type=reset]").click()
    assert status(page) == "200 of 200 shown"
    tile.click()
    tile.click()
    assert status(page) == "200 of 200 shown"


def test_text_is_found_as_it_stands(open_page: Open) -> None:
    servers = [
        {"id": "1", "name": "a", "reason": "Upgrade failed", "message": "NPU 3 is\nnot healthy"},
        {"id": "2", "name": "b", "reason": "not healthy is NPU 3", "message": "Upgrade"},
        {"id": "3", "name": "not", "reason": "healthy"},
    ]
    page = open_page({"servers": servers})
    field = page.find_element("css selector", "input[type=search]")
    for typed, wanted in {
        "is not healthy": ["a"],
        "not healthy": ["a", "b"],
        '"not healthy': ["a", "b"],
        '"NPU 3" "upgrade"': ["a", "b"],
        '"failed" npu 3': ["a"],
        "healthy not": [],
        " ": ["a", "b", "not"],
    }.items():
        field.clear()
        field.send_keys(typed)
        assert page.execute_script(NAMES) == wanted, typed


def test_it_copies_what_is_shown(open_page: Open) -> None:
    document = samples.within_budget()
    failed = [row for row in document["servers"] if row["verdict"] == "failed"]
    failed[0]["host"] = "in-the-inventory"
    page = open_page(document)
    page.execute_script("navigator.clipboard.writeText = async (text) => { window.copied = text; }")

    def copied(selector: str) -> str:
        button = page.find_element("css selector", selector)
        button.click()
        assert button.text == "Copied"
        return str(page.execute_script("return window.copied"))

    names = {row["host"] for row in failed}
    assert set(copied("button[data-copy=limit-1]").split(",")) == names
    page.find_element("css selector", ".tile[data-verdict=failed]").click()
    assert set(copied("button[name=ids]").splitlines()) == {row["id"] for row in failed}
    assert set(copied("button[name=names]").split(",")) == names


def test_a_reason_shows_its_servers(open_page: Open) -> None:
    document = samples.within_budget()
    page = open_page(document)
    group = page.find_element("css selector", ".groups li")
    number, button = group.find_element("tag name", "b").text, group.find_element("tag name", "button")
    button.click()
    assert status(page) == f"{number} of 200 shown"
    page = open_page(samples.drift())
    page.find_element("css selector", "[aria-labelledby=h-found] button").click()
    assert status(page) == "7 of 16 shown"


def test_filter_and_order_outlive_a_reload(open_page: Open) -> None:
    page = open_page(samples.running())
    field = "input[type=search]"
    page.find_element("css selector", field).send_keys('"npu 3"')
    click_heading(page, "server")
    click_heading(page, "server")
    names = page.execute_script(NAMES)
    assert names
    page.refresh()
    assert page.execute_script(NAMES) == names
    assert page.find_element("css selector", field).get_attribute("value") == '"npu 3"'
    page.find_element("css selector", "button[type=reset]").click()
    assert status(page) == "200 of 200 shown"
    page.execute_script("location.hash = 'verdict=failed&sort=wave'")  # such as by the button that goes back
    assert set(
        WAIT(page).until(lambda page: page.execute_script(VERDICTS) if "#verdict" in page.current_url else None)
    ) == {"failed"}
    page.execute_script("location.hash = 'verdict=nonsense&sort=nonsense'")
    assert WAIT(page).until(lambda page: status(page) == "200 of 200 shown")


def test_a_running_page_loads_itself_again(open_page: Open) -> None:
    page = open_page(samples.running())
    page.find_element("css selector", ".tile[data-verdict=failed]").click()
    shown = status(page)
    page.execute_script("window.old = true; document.querySelector('[data-reload]').dataset.reload = 0")
    WAIT(page).until(lambda page: not page.execute_script("return window.old"))
    assert status(page) == shown
    page = open_page(samples.within_budget())
    assert not page.find_elements("css selector", "[data-reload]")


@pytest.mark.parametrize("fragment", ["", "#servers"])
def test_a_running_page_loads_itself_again_without_script(browser: Any, tmp_path: Path, fragment: str) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    path = tmp_path / "report.html"
    path.write_text(render_html(samples.running(20)).replace('content="30;', 'content="1;'), encoding="utf-8")
    browser.get(path.as_uri() + fragment)
    path.write_text(render_html(samples.within_budget(20)), encoding="utf-8")
    assert WAIT(browser).until(lambda page: page.title.startswith("Done within the failure budget"))


@pytest.mark.parametrize("minutes", [0, 30])
def test_a_page_that_nobody_draws_any_more_says_so(open_page: Open, minutes: int) -> None:
    drawn = datetime.now(timezone.utc) - timedelta(minutes=minutes)
    page = open_page({**samples.running(), "drawn": drawn.isoformat()})
    assert page.find_element("css selector", ".stale").is_displayed() == (minutes > 0)
    assert page.find_element("css selector", ".age").text.endswith("30 min ago" if minutes else " s ago")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "name", ["upgrade", "log_collection", "planned", "success", "running", "within_budget", "drift", "health"]
)
def test_everything_is_readable(open_page: Open, name: str, scheme: str) -> None:
    made = {"upgrade": samples.upgrade(200), "success": {**samples.upgrade(3), "outcome": "success"}}
    page = open_page(made.get(name) or getattr(samples, name)(), scheme)
    back = page.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert back == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(18, 22, 27)")
    assert page.execute_script(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 390, 820, 1130, 1280, 1920])
@pytest.mark.parametrize("name", ["upgrade", "log_collection", "planned", "running", "drift"])
def test_nothing_overflows(open_page: Open, name: str, width: int) -> None:
    document = samples.upgrade(60) if name == "upgrade" else getattr(samples, name)()
    document["servers"][0].update(name="a" * 90, message="m" * 500, supernode="s" * 40, version_before="1." * 30)
    page = open_page(document, width=width)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    # Text of a cell stays inside it; ids are shortened on purpose.
    assert (
        page.execute_script("""
      return [...document.querySelectorAll(".servers :is(th, td), .tile, .waves .nb, .groups li > *, .names")]
        .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth).map((e) => e.textContent)
    """)
        == []
    )


def test_on_a_phone_each_value_says_what_it_is(open_page: Open) -> None:
    page = open_page(samples.upgrade(12), width=390)
    script = "return getComputedStyle(document.querySelector('.servers tbody td:nth-child(3)'), '::before').content"
    assert page.execute_script(script) == '"Before"'
    click_heading(page, "server")
    assert page.execute_script(NAMES)[:2] == ["ascend-a-1", "ascend-a-2"]


def test_on_paper_it_is_light_and_whole(open_page: Open) -> None:
    page = open_page(samples.upgrade(200), "dark")
    page.find_element("css selector", ".tile[data-verdict=failed]").click()
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert page.execute_script("return getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.execute_script(CONTRAST) == []
    shown = "return [...document.querySelectorAll(arguments[0])].filter((e) => e.checkVisibility()).length"
    assert page.execute_script(shown, ".servers tbody tr") == 200
    assert page.execute_script(shown, "form.tools") == 0
    assert (
        page.execute_script("return getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    )
    # Chromium leaves buttons out of the heading that it repeats on each page.
    button = "return getComputedStyle(document.querySelector('.servers thead button')).display"
    assert page.execute_script(button) == "contents"
    pdf = base64.b64decode(page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})["data"])
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf))
    assert 5 <= pages <= 14


def test_without_script_it_is_whole(open_page: Open) -> None:
    page = open_page(samples.upgrade(60), script=False)
    assert len(page.find_elements("css selector", ".servers tbody tr")) == 60
    assert not page.find_element("css selector", "form.tools").is_displayed()
    assert page.find_element("css selector", ".waves li").is_displayed()


def test_hostile_text_does_not_run(open_page: Open) -> None:
    page = open_page(hostile_document())  # an open alert would fail any call
    assert page.title.startswith("Failed: \"'><script>")
    click_heading(page, "server")


def test_the_policy_stops_a_script_that_got_in(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    text = render_html(samples.upgrade(2)).replace("</main>", "<script>document.title = 'in'</script></main>")
    path.write_text(text, encoding="utf-8")
    browser.get(path.as_uri())
    assert browser.title == "Succeeded: HDK upgrade to 24.1.0.3"


def test_two_thousand_servers_are_fluid(open_page: Open) -> None:
    page = open_page(samples.upgrade(2000))
    took = page.execute_script("""
      const timed = (act) => {
        const begin = performance.now();
        act();
        document.body.offsetHeight; // makes the browser lay the page out
        return performance.now() - begin;
      };
      const field = document.querySelector("input[type=search]");
      const type = (text) => timed(() => { field.value = text; field.dispatchEvent(new Event("input")); });
      const body = document.querySelector(".servers tbody");
      const heads = [...document.querySelectorAll(".servers thead button")];
      return {
        rows: timed(() => body.replaceChildren(...[...body.rows].reverse())),
        sort: Math.max(...heads.map((head) => timed(() => head.click()))),
        filter: Math.max(type("a"), type("rc3"), type("rc3 sn-1"), type("")),
      };
    """)
    # Beside putting the same rows in another order, in the same browser. Some 2 and 1, whatever else the machine does.
    assert took["sort"] < 10 * took["rows"]
    assert took["filter"] < 10 * took["rows"]
