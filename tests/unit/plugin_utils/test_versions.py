# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._versions import (
    bare,
    compare,
    installed,
    parse,
    same,
    stated,
)

ASCENDING = [
    "7.5.t11.0.b088",
    "7.5.0.5.220",
    "22.0.4",
    "23.0.rc3.b050",
    "23.0.rc3.b070",
    "23.0.rc3",
    "23.0.6",
    "24.1.t5",
    "24.1.rc2",
    "24.1.rc3.b080",
    "24.1.rc3",
    "24.1.rc3.2",
    "24.1.rc3.10",
    "24.1.rc10",
    "24.1.b050",
    "24.1.0",
    "24.1.0.3",
    "24.1.1.rc1",
    "24.1.1",
    "24.2",
    "25.2.1",
    "25.10",
]

VERSIONS = st.builds(
    lambda release, markers: ".".join(release + [kind + ".".join(numbers) for kind, numbers in markers]),
    st.lists(st.sampled_from(["0", "1", "2", "03", "24"]), min_size=1, max_size=4),
    st.lists(
        st.tuples(st.sampled_from(["rc", "RC", "t", "b"]), st.lists(st.sampled_from("0123"), min_size=1, max_size=2)),
        max_size=2,
    ),
)


def test_examples_are_in_order():
    for (i, a), (j, b) in product(enumerate(ASCENDING), repeat=2):
        assert compare(a, b) == (i > j) - (i < j), (a, b)


@pytest.mark.parametrize(
    "a, b",
    [
        ("24.1", "24.1.0"),
        ("24.1", "24.1.0.0"),
        ("24.1.rc3.10", "24.1.RC3.10"),
        ("24.1.rc3", "24.1.0.rc3"),
        ("24.1.rc3", "24.1.rc.3"),
        ("24.1.rc3", "24.1rc3"),
        ("24.1.rc3", "24.1-rc3"),
        ("24.1.rc3", "24.1.rc3.0"),
        ("24.1.rc3.b080", "24.1.RC3.B80"),
        ("24.1.0.3", " v24.01.0.3\n"),
    ],
)
def test_spellings_of_one_version(a, b):
    assert same(a, b)
    assert hash(parse(a)) == hash(parse(b))


@pytest.mark.parametrize("text", ["24.1.RC3.10", " v24.1.RC3.10", "V24.1.RC3.10\n"])
def test_no_v_is_sent(text):
    assert bare(text) == "24.1.RC3.10"
    assert same(text, bare(text))


def test_a_candidate_is_not_its_release():
    assert not same("24.1.rc3", "24.1")
    assert not same("24.1.rc3.b080", "24.1.rc3")


@pytest.mark.parametrize(
    "text",
    ["", " ", "latest", "24.", ".1", "24..1", "24.1.rc", "24.1.x3", "24.1 25.2", "-1", "1" * 5000, "\u0662\u0664.1"],
)
def test_what_cannot_be_read_is_named(text):
    with pytest.raises(ValueError, match=r"24\.1\.0\.3 or 24\.1\.rc3\.10") as error:
        parse(text)
    assert repr(text) in str(error.value)


@pytest.mark.parametrize("value", [None, 24.1, 25, True, ["24.1"]])
def test_only_text_is_a_version(value):
    with pytest.raises(ValueError, match="in quotes"):
        parse(value)


@given(VERSIONS, VERSIONS)
def test_order_is_antisymmetric(a, b):
    assert compare(a, a) == 0
    assert compare(a, b) == -compare(b, a)  # pylint: disable=arguments-out-of-order
    assert same(a, b) == (compare(a, b) == 0)


@given(VERSIONS, VERSIONS, VERSIONS)
def test_order_is_transitive(a, b, c):
    a, b, c = sorted([a, b, c], key=parse)
    assert compare(a, b) <= 0
    assert compare(b, c) <= 0
    assert compare(a, c) == min(compare(a, b), compare(b, c))


@given(VERSIONS)
def test_case_and_trailing_zeros_do_not_count(version):
    assert same(version, version.swapcase())
    assert same(version, version + ".0")


@pytest.mark.parametrize(
    "message, driver, firmware",
    [
        ("Driver: 24.1.0.3 | Firmware: 7.5.0.5.220", "24.1.0.3", "7.5.0.5.220"),
        ("firmware:7.5.0.5.220|DRIVER:24.1.RC3.6", "24.1.RC3.6", "7.5.0.5.220"),
        ("8 NPUs; Driver = 24.1.rc3.b080; MCU: 1.2.3; Firmware = 7.5.T11.0.B088", "24.1.rc3.b080", "7.5.T11.0.B088"),
        ("Driver version: v24.1.0.3\nFirmware version: 7.5.0.5.220\n", "24.1.0.3", "7.5.0.5.220"),
        ('{"driver_version": "24.1.0.3", "firmware": "7.5.0"}', "24.1.0.3", "7.5.0"),
        ("The driver is 24.1.0.3, firmware 7.5.0.", "24.1.0.3", "7.5.0"),
        ("npu-driver: 24.1-rc3", "24.1-rc3", None),
        ("Driver: 24.1.0.3, MCU: 1.2.3", "24.1.0.3", None),
        ("Driver 24.1.0.3 firmware 7.5.0", "24.1.0.3", "7.5.0"),
        *(
            (f"Driver{said} | Firmware: 7.5.0", None, "7.5.0")
            for said in (
                *(": 24.1.0.3-aarch64", ": 24.1.0.3-beta1", ": 24.1.0.3+hotfix", ": 24.1.0.3_sp1", ": 24.1.x3"),
                *(" version 24.1.0.3 failed to load", ": 24.1.0.3 (failed)", ": 24.1.0.3, which failed"),
                *(": 24.1.0.3 ?", ": 24.1.0.3 | Driver: 24.1.0.3-beta1", ": 24.1.0.3~rc"),
            )
        ),
        ("Firmware: 7.5.0.5.220", None, "7.5.0.5.220"),
        ("Driver: N/A | Firmware: 7.5.0.5.220", None, "7.5.0.5.220"),
        ("Driver: | Firmware: 7.5.0.5.220", None, "7.5.0.5.220"),
        ("Driver: 24.1.0.3, Driver: 24.1.0.3", "24.1.0.3", None),
        ("Driver: 24.1.0.3, Driver: 24.1.0.4", None, None),
        ("Driver 3 failed", None, None),
        ("npu-smi 25.5.2", None, None),
        ("", None, None),
        (None, None, None),
        ({"Driver": "24.1.0.3"}, None, None),
    ],
)
def test_installed(message, driver, firmware):
    assert installed(message) == {"driver": driver, "firmware": firmware}


WORDS = st.lists(st.sampled_from(["driver", "Driver:", "firmware", "is", "24.1", ".rc3", ".", "|", "\n"])).map(" ".join)


@given(st.one_of(st.none(), st.integers(), st.text(), WORDS))
def test_installed_never_raises(message):
    assert set(installed(message)) == {"driver", "firmware"}


@given(VERSIONS.filter(lambda text: "." in text), st.text("-+_~abz ?!", min_size=1))
def test_a_version_that_does_not_end_cleanly_is_none(version, rest):
    found = installed(f"Driver: {version}{rest}")["driver"]
    assert found is None or (found == version and not rest.strip())


def test_devices_that_differ_are_all_told():
    said = "Driver: 24.1.0.3 | Driver: 24.1.rc3.10 | Driver: 24.1.0.3.0 | Firmware: 7.5.0"
    assert stated(said) == {"driver": ["24.1.0.3", "24.1.rc3.10"], "firmware": ["7.5.0"]}


@given(VERSIONS.filter(lambda text: "." in text), st.sampled_from([" | ", ",", "; ", "\n"]))
def test_installed_finds_every_version(version, separator):
    assert installed(f"Driver: {version}{separator}Firmware: 7.5.0")["driver"] == version


def test_installed_is_quick_on_hostile_text():
    assert installed(("driver" + " " * 5000) * 20)["driver"] is None
    assert installed("driver 1" + ".1" * 50000 + "!")["firmware"] is None
