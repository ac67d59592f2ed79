# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which servers are upgraded together: waves, the canary, jobs."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.servers import Server
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.waves import (
    budget_of,
    count_of,
    sizes_of,
    split,
)


def fleet(pattern, versions="", connections=""):
    """One server per letter: '.' a single one, any other letter a member of the super-node of that name."""
    return [
        Server(
            f"s{i}",
            versions[i] if versions else "1.0",
            connection=connections[i] if connections else "",
            supernode=None if name == "." else name,
            supernode_id=None if name == "." else f"id-{name}",
        )
        for i, name in enumerate(pattern)
    ]


def shape(waves):
    return [[len(job) for job in wave.jobs] for wave in waves]


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
    assert count_of(value, total) == count
    assert budget_of(value, total) == budget


@pytest.mark.parametrize(
    "value",
    [-1, "-1", "-5%", 1.0, "1.5", "2.5%", True, None, "", " ", "%", "five", "5 6", [], {}, "9" * 5000, "\u0663"],
)
@pytest.mark.parametrize("read", [count_of, budget_of])
def test_what_is_no_count_is_named(read, value):
    with pytest.raises(ValueError, match="whole number such as 5, or a share such as '20%'") as error:
        read(value, 25)
    assert str(error.value).startswith(f"{value!r} ")


@pytest.mark.parametrize("read", [count_of, budget_of])
def test_more_than_all_is_refused(read):
    with pytest.raises(ValueError, match=r"'101%' .* at most '100%'"):
        read("101%", 25)


@pytest.mark.parametrize(
    "waves, total, expected",
    [
        ([50], 120, [50]),
        ("50", 120, [50]),
        (50, 50, [50]),
        ("5, 20%, 50", 100, [5, 20, 50]),
        ('[5, "20%", 50]', 100, [5, 20, 50]),
        ("['5', '20%', '50']", 100, [5, 20, 50]),
        (("100%",), 30, [30]),
    ],
)
def test_sizes(waves, total, expected):
    assert sizes_of(waves, total) == expected


@pytest.mark.parametrize("waves", [[], 0, "0", [5, 0], ["0%"], "5,0"])
def test_waves_of_no_servers_are_refused(waves):
    with pytest.raises(ValueError, match="each 1 or more"):
        sizes_of(waves, 10)


@pytest.mark.parametrize("waves", [None, "", "[]", "5,", "[5", "5;6", [[5]], {"a": 1}, 2.0, True, "[5, true]"])
def test_waves_that_cannot_be_read_are_refused(waves):
    with pytest.raises(ValueError, match="is not a count"):
        split([], 1, waves, 50)


@pytest.mark.parametrize(
    "pattern, canary, waves, per_job, expected",
    [
        ("", 1, [50], 50, []),
        ("." * 120, 1, [100], 50, [[1], [50, 50], [19]]),
        (".aaaa..", 0, [3], 50, [[1], [4], [2]]),  # a super-node opens the next wave, and nothing is moved up
        ("a.a.a.", 0, [4], 50, [[4], [2]]),  # it is together, in the place of its first member
        ("aaabbbccc", 0, [9], 5, [[3, 3, 3]]),  # not spread over jobs where it fits in one
        ("..aaaaaaa..", 0, [20], 3, [[2, 3, 3, 3]]),  # spread over jobs of one wave where it does not
        ("aaaa....", 1, [3], 50, [[1], [4], [3]]),  # the canary takes a single server first
        ("aaaaaaaa...", 3, [50], 50, [[3], [8]]),
        ("aaaaaaaa..", 3, [50], 50, [[2], [8]]),  # rather fewer than a super-node too many
        ("aaaabbbb.", 6, [50], 50, [[5], [4]]),  # what still fits goes along
        ("aaa", 1, ["1%"], 2, [[2, 1]]),
    ],
)
def test_split(pattern, canary, waves, per_job, expected):
    assert shape(split(fleet(pattern), canary, waves, per_job)) == expected


def test_a_wave_that_is_larger_than_asked_says_why():
    plan = split(fleet("aaaabbbb"), 3, [2], 50)
    assert [wave.note for wave in plan] == [
        "4 servers where 3 were asked for, since the super-node a is not split",
        "4 servers where 2 were asked for, since the super-node b is not split",
    ]
    assert [wave.note for wave in split(fleet("aaaa..."), 3, [4], 50)] == [None, None]


def test_no_job_mixes_versions_or_connections():
    plan = split(fleet("......", versions="112211", connections="xyxyxy"), 0, [6], 50)
    assert [wave.jobs for wave in plan] == [[["s0", "s4"], ["s1", "s5"], ["s2"], ["s3"]]]


def test_a_supernode_named_like_a_server_is_not_that_server():
    servers = fleet("..")
    servers[1].supernode = servers[1].supernode_id = "s0"
    assert shape(split(servers, 0, [1], 50)) == [[1], [1]]


def test_supernodes_of_one_name_are_two():
    servers = fleet("aa")
    servers[1].supernode_id = "another"
    assert shape(split(servers, 0, [1], 50)) == [[1], [1]]


COUNTS = st.one_of(st.integers(1, 60), st.integers(1, 60).map(str), st.integers(1, 100).map("{}%".format))
CANARIES = st.one_of(COUNTS, st.sampled_from([0, "0", "0%"]))
WAVES = st.lists(COUNTS, min_size=1, max_size=4)


@given(st.text("....aaabbc", max_size=150), CANARIES, WAVES, st.integers(1, 50))
def test_promises_of_split(pattern, canary, waves, per_job):
    servers = fleet(pattern)
    plan = split(servers, canary, waves, per_job)
    wave_of = {server: wave.number for wave in plan for server in wave.servers}
    members = {}
    for server in servers:
        members.setdefault(server.supernode_id or server.id, []).append(server.id)
    first = count_of(canary, len(servers))

    # every server once, after the canary in the units' order; each wave's jobs are exactly its servers
    chosen = set(plan[0].servers) if first and plan else set()
    rest = flat(unit for unit in members.values() if not chosen & set(unit))
    assert flat(wave.servers for wave in plan if not wave.canary) == rest
    assert sorted(wave_of) == sorted(server.id for server in servers)
    assert all(sorted(flat(wave.jobs)) == sorted(wave.servers) for wave in plan)
    assert all(1 <= len(job) <= per_job for wave in plan for job in wave.jobs)

    # no super-node over two waves, nor over two jobs where it fits in one
    jobs = flat(wave.jobs for wave in plan)
    for unit in members.values():
        assert len({wave_of[server] for server in unit}) == 1
        assert len(unit) > per_job or any(set(unit) <= set(job) for job in jobs)

    # no wave larger than wanted, unless it is one super-node; no wave closed before the next unit failed to fit
    wanted = ([first] if first else []) + [count_of(value, len(servers)) for value in waves]
    wanted += wanted[-1:] * len(plan)
    unit_of = {server: unit for unit in members.values() for server in unit}
    for wave, size, following in zip(plan, wanted, [*plan[1:], None]):
        alone = wave.servers == unit_of[wave.servers[0]]
        assert len(wave.servers) <= size or alone
        assert (wave.note is not None) == (len(wave.servers) > size)
        if following is not None and not wave.canary:
            assert len(wave.servers) + len(unit_of[following.servers[0]]) > size

    # the canary has no super-node while a single server is left out that would have fitted
    if chosen:
        singles = [unit[0] for unit in members.values() if len(unit) == 1 and unit[0].startswith("s")]
        left_out = [one for one in singles if one not in chosen and pattern[int(one[1:])] == "."]
        assert not left_out or all(pattern[int(one[1:])] == "." for one in chosen)
    assert [wave.number for wave in plan] == list(range(1, len(plan) + 1))
    assert [wave.canary for wave in plan] == [first > 0 and wave.number == 1 for wave in plan]


@given(st.integers(0, 150), CANARIES, WAVES)
def test_single_servers_go_by_the_sizes(total, canary, waves):
    plan = split(fleet("." * total), canary, waves, 50)
    first = count_of(canary, total)
    sizes = ([first] if first else []) + sizes_of(waves, total)
    sizes += sizes[-1:] * total
    for wave, size in zip(plan[:-1], sizes):
        assert len(wave.servers) == size
