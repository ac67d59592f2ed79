# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._waves import budget_of, count_of, sizes, split


def fleet(pattern):
    """One server per letter: '.' a single one, any other letter a member of the super-node of that name."""
    return [{"id": f"s{i}", "supernode": None if name == "." else name} for i, name in enumerate(pattern)]


def shape(waves):
    return [[len(job) for job in wave["jobs"]] for wave in waves]


def flat(lists):
    return list(chain.from_iterable(lists))


@pytest.mark.parametrize(
    "value, total, count, budget",
    [
        (0, 25, 0, 0),
        (7, 25, 7, 7),
        (40, 25, 40, 40),
        (" 7 ", 25, 7, 7),
        ("10%", 25, 3, 2),
        ("10 %", 25, 3, 2),
        ("1%", 25, 1, 0),
        ("0%", 25, 0, 0),
        ("100%", 25, 25, 25),
        ("1%", 0, 1, 0),
        ("29%", 100, 29, 29),
    ],
)
def test_counts(value, total, count, budget):
    assert count_of(value, total, "canary") == count
    assert budget_of(value, total, "max_failures") == budget


@pytest.mark.parametrize(
    "value",
    [-1, "-1", "-5%", 1.0, "1.5", "2.5%", True, None, "", " ", "%", "five", "5 6", [], {}, "9" * 5000, "\u0663"],
)
@pytest.mark.parametrize("read", [count_of, budget_of])
def test_what_is_no_count_is_named(read, value):
    with pytest.raises(ValueError, match="whole number such as 5, or a share such as '20%'") as error:
        read(value, 25, "max_failures")
    assert str(error.value).startswith(f"max_failures: {value!r} ")


@pytest.mark.parametrize("read", [count_of, budget_of])
def test_more_than_all_is_refused(read):
    with pytest.raises(ValueError, match=r"canary: '101%' .* at most '100%'"):
        read("101%", 25, "canary")


@pytest.mark.parametrize(
    "canary, waves, total, expected",
    [
        (1, [50], 120, [1, 50, 50, 19]),
        (0, [50], 120, [50, 50, 20]),
        ("0", "50", 120, [50, 50, 20]),
        ("0%", 50, 50, [50]),
        ("1", "5, 20%, 50", 100, [1, 5, 20, 50, 24]),
        ("1", '[5, "20%", 50]', 100, [1, 5, 20, 50, 24]),
        ("1", "['5', '20%', '50']", 100, [1, 5, 20, 50, 24]),
        ("5%", ("100%",), 30, [2, 28]),
        (10, [50], 3, [3]),
        (1, [50], 0, []),
        (1, ["10%"], 0, []),
    ],
)
def test_sizes(canary, waves, total, expected):
    assert sizes(canary, waves, total) == expected


@pytest.mark.parametrize("waves", [[], 0, "0", [5, 0], ["0%"], "5,0"])
def test_waves_of_no_servers_are_refused(waves):
    with pytest.raises(ValueError, match=r"^waves: .* each 1 or more"):
        sizes(1, waves, 10)


@pytest.mark.parametrize("waves", [None, "", "[]", "5,", "[5", "5;6", [[5]], {"a": 1}, 2.0, True, "[5, true]"])
def test_waves_that_cannot_be_read_are_refused(waves):
    with pytest.raises(ValueError, match=r"^waves: .* is not a count"):
        split([], 1, waves, 50)


@pytest.mark.parametrize("per_job", [0, 51, "51", "50%"])
def test_job_size_has_bounds(per_job):
    with pytest.raises(ValueError, match=r"^servers_per_job: .* from 1 to 50"):
        split(fleet("."), 1, [50], per_job)


@pytest.mark.parametrize(
    "pattern, canary, waves, per_job, expected",
    [
        ("", 1, [50], 50, []),
        ("." * 120, 1, [100], 50, [[1], [50, 50], [19]]),
        ("aaaa....", 1, [3], 50, [[4], [3], [1]]),  # a super-node alone may be larger than its wave
        (".aaaa..", 0, [3], 50, [[1], [4], [2]]),  # it opens the next wave, and nothing is moved up
        ("a.a.a.", 0, [4], 50, [[4], [2]]),  # it is together, in the place of its first member
        ("aaabbbccc", 0, [9], 5, [[3, 3, 3]]),  # not spread over jobs where it fits in one
        ("..aaaaaaa..", 0, [20], 3, [[2, 3, 3, 3]]),  # spread over jobs of one wave where it does not
        ("aaa", 1, ["1%"], "2", [[2, 1]]),
    ],
)
def test_split(pattern, canary, waves, per_job, expected):
    assert shape(split(fleet(pattern), canary, waves, per_job)) == expected


def test_a_wave_in_full():
    assert split(fleet(".aa."), 1, [2], 1) == [
        {"number": 1, "canary": True, "servers": ["s0"], "jobs": [["s0"]]},
        {"number": 2, "canary": False, "servers": ["s1", "s2"], "jobs": [["s1"], ["s2"]]},
        {"number": 3, "canary": False, "servers": ["s3"], "jobs": [["s3"]]},
    ]


def test_an_empty_supernode_is_none():
    servers = [{"id": "a", "supernode": ""}, {"id": "b", "supernode": ""}, {"id": "c"}]
    assert shape(split(servers, 1, [1], 50)) == [[1], [1], [1]]


def test_a_supernode_named_like_a_server_is_not_that_server():
    assert shape(split([{"id": "x"}, {"id": "y", "supernode": "x"}], 1, [1], 50)) == [[1], [1]]


@pytest.mark.parametrize(
    "servers, text", [([{"id": "a"}, {"id": "a"}], "'a' is listed twice"), ([{"id": ""}], "no id")]
)
def test_servers_are_checked(servers, text):
    with pytest.raises(ValueError, match=text):
        split(servers, 1, [50], 50)


COUNTS = st.one_of(st.integers(1, 60), st.integers(1, 60).map(str), st.integers(1, 100).map("{}%".format))
CANARIES = st.one_of(COUNTS, st.sampled_from([0, "0", "0%"]))
WAVES = st.lists(COUNTS, min_size=1, max_size=4)


@given(st.text("....aaabbc", max_size=150), CANARIES, WAVES, st.integers(1, 50))
def test_promises_of_split(pattern, canary, waves, per_job):
    servers = fleet(pattern)
    plan = split(servers, canary, waves, per_job)
    wave_of = {server: wave["number"] for wave in plan for server in wave["servers"]}
    supernode_of = {server["id"]: server["supernode"] for server in servers}
    members = {}
    for server, supernode in supernode_of.items():
        members.setdefault(supernode or server, []).append(server)

    # every server once, in the units' order; each wave's jobs are exactly its servers
    assert flat(wave["servers"] for wave in plan) == flat(members.values())
    assert all(flat(wave["jobs"]) == wave["servers"] for wave in plan)
    assert all(1 <= len(job) <= per_job for wave in plan for job in wave["jobs"])

    # no super-node over two waves, nor over two jobs where it fits in one
    jobs = flat(wave["jobs"] for wave in plan)
    for unit in members.values():
        assert len({wave_of[server] for server in unit}) == 1
        assert len(unit) > per_job or any(set(unit) <= set(job) for job in jobs)

    # no wave larger than wanted, unless it is one super-node; no wave closed before the next unit failed to fit
    first = count_of(canary, len(servers), "canary")
    wanted = ([first] if first else []) + [count_of(value, len(servers), "waves") for value in waves]
    wanted += wanted[-1:] * len(plan)
    unit_of = {server: unit for unit in members.values() for server in unit}
    for wave, size, following in zip(plan, wanted, [*plan[1:], None]):
        assert len(wave["servers"]) <= size or wave["servers"] == unit_of[wave["servers"][0]]
        assert following is None or len(wave["servers"]) + len(unit_of[following["servers"][0]]) > size

    assert [wave["number"] for wave in plan] == list(range(1, len(plan) + 1))
    assert [wave["canary"] for wave in plan] == [first > 0 and wave["number"] == 1 for wave in plan]
    assert split(json.loads(json.dumps(servers)), canary, waves, per_job) == plan


@given(st.integers(0, 150), CANARIES, WAVES)
def test_single_servers_go_by_the_sizes(total, canary, waves):
    plan = split(fleet("." * total), canary, waves, 50)
    assert [len(wave["servers"]) for wave in plan] == sizes(canary, waves, total)


def test_a_plan_is_a_fixed_point():
    """The servers in the plan's own order give the plan again."""
    servers = fleet("a.b.a.b.c" * 10)
    plan = split(servers, 2, [7], 5)
    by_id = {server["id"]: server for server in servers}
    assert split([by_id[name] for wave in plan for name in wave["servers"]], 2, [7], 5) == plan
