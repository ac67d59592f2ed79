# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What stops a rollout before it sends anything."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._preflight import inspect, partial, to_read
from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout_old import begin
from ansible_collections.huaweicloud.modelarts.tests.unit.plugin_utils.rollouts import VERSION, options


def server(server_id, supernode=None, status="RUNNING", flavor="physical.kat2e.48xlarge.8.ei"):
    return {
        "id": server_id,
        "name": f"node-{server_id}",
        "status": status,
        "flavor": flavor,
        "supernode_id": supernode and f"id-{supernode}",
        "supernode_name": supernode,
    }


def job(name, *tasks, status="PROCESSING", job_id=None, at=1):
    rows = [
        {"server_id": one, "status": "PROCESSING"} if isinstance(one, str) else {"server_id": one[0], "status": one[1]}
        for one in tasks
    ]
    return {"id": job_id or name, "name": name, "status": status, "tasks": rows, "create_at": at}


def look(fleet, selected=None, jobs=(), own=("query-1",), software=None, known=None, **asked):
    ids = [one["id"] for one in fleet] if selected is None else list(selected)
    rollout = begin(ids, options(**asked))
    return inspect(rollout, fleet, jobs, own, software, known)


OWN = begin(["a"], options())["job_name"]


def test_a_fit_fleet_has_no_problems():
    found = look([server("a"), server("b", "sn"), server("c", "sn")])
    assert (found["problems"], found["warnings"], found["in_flight"], found["tried"]) == ([], [], [], [])
    assert [record["supernode"] for record in found["servers"].values()] == [None, "sn", "sn"]
    assert found["servers"]["a"]["name"] == "node-a"
    assert {record["verdict"] for record in found["servers"].values()} == {"not_started"}


def test_a_server_that_does_not_exist_is_refused():
    found = look([server("a")], "ab")
    assert found["problems"] == ["No such server in this project: b. Give Lite Server IDs, not names."]
    assert found["servers"]["b"]["verdict"] == "refused"
    assert found["servers"]["a"]["verdict"] == "not_started"


@pytest.mark.parametrize("status", ["STOPPED", "ERROR", "None"])
def test_a_server_that_does_not_run_is_refused(status):
    found = look([server("a"), server("b", status=None if status == "None" else status)])
    assert found["problems"] == [f"The server is {status}, not RUNNING: node-b (b). Start them, or leave them out."]
    assert found["servers"]["b"]["verdict"] == "refused"


def test_many_are_not_all_named():
    found = look([server(f"s{n}", status="STOPPED") for n in range(30)])
    assert found["problems"][0].count("node-") == 10
    assert "and 20 more" in found["problems"][0]


def test_another_job_that_holds_a_server_is_a_problem():
    found = look([server("a"), server("b")], jobs=[job("console", "b", "other")])
    assert found["problems"] == ["The job console (console) holds it: node-b (b). Wait until it is over."]
    assert found["in_flight"] == []


@pytest.mark.parametrize("status", ["PROCESSING", "ACTIVE", "QUEUEING"])
def test_what_an_earlier_run_left_is_waited_for_whatever_its_status_is_called(status):
    jobs = [job(OWN, "a", status=status), job("query-1", "b", status=status), job("query-1", "x", job_id="elsewhere")]
    found = look([server("a"), server("b")], jobs=jobs)
    assert found["problems"] == []
    assert sorted(found["in_flight"]) == sorted([OWN, "query-1"])
    assert found["at_work"] == ["a"]


def test_a_job_whose_tasks_are_over_holds_nothing():
    found = look([server("a")], jobs=[job("console", ("a", "SUCCESS"))])
    assert (found["problems"], found["in_flight"]) == ([], [])


def test_its_own_job_that_does_not_name_its_servers_yet_is_waited_for():
    assert look([server("a")], jobs=[job(OWN)])["in_flight"] == [OWN]


def test_which_servers_an_earlier_run_failed_on():
    over = {"status": "FINISHED"}
    jobs = [
        job(OWN, ("a", "FAILED"), ("b", "SUCCESS"), ("c", "FAILED"), job_id="1", at=1, **over),
        job(OWN, ("a", "SUCCESS"), ("d", "SKIPPED"), job_id="2", at=2, **over),
        job("another", ("b", "FAILED"), job_id="3", at=3, **over),
    ]
    assert sorted(look([server(one) for one in "abcd"], jobs=jobs)["tried"]) == ["c", "d"]


def test_only_jobs_that_matter_are_read():
    rows = [
        {"id": "1", "name": "console", "status": "PROCESSING"},
        {"id": "2", "name": "console", "status": "FINISHED"},
        {"id": "3", "name": OWN, "status": "FINISHED"},
        {"id": "4", "name": OWN, "status": "DELETED"},
        {"id": "5", "name": "x", "status": "ACTIVE"},
        *({"id": f"old-{n}", "name": OWN, "status": "FINISHED"} for n in range(200)),
    ]
    found = to_read(begin(["a"], options()), rows)
    assert found[:4] == ["1", "5", "3", "old-0"]
    assert len(found) == 2 + 100


SUPERNODE = [server("a", "sn"), server("b", "sn"), server("c", "sn"), server("d")]


def test_a_part_of_a_supernode_is_a_problem_that_names_the_rest():
    found = look(SUPERNODE, "ad")
    (problem,) = found["problems"]
    assert problem.startswith("Of the super-node sn these servers are not selected: node-b (b), node-c (c).")
    assert "hdk_upgrade_whole_supernodes" in problem
    assert look(SUPERNODE, "abcd")["problems"] == []
    assert look(SUPERNODE, "d")["problems"] == []
    assert look(SUPERNODE, "ad", whole_supernodes="no")["problems"] == []


def test_the_rest_may_stay_out_where_it_is_at_the_version():
    known = {"b": {"driver": VERSION.upper()}, "c": {"driver": VERSION}}
    assert look(SUPERNODE, "ad", known=known)["problems"] == []
    (problem,) = look(SUPERNODE, "ad", known={"b": {"driver": VERSION}, "c": {"driver": None}})["problems"]
    assert "node-c (c)" in problem and "node-b" not in problem


def test_the_rest_is_asked_about_only_where_there_is_one():
    assert partial(begin(["a"], options()), SUPERNODE)
    assert not partial(begin(["d"], options()), SUPERNODE)
    assert not partial(begin(["a"], options(whole_supernodes=False)), SUPERNODE)


def test_supernodes_of_one_name_are_two():
    fleet = [server("a", "sn"), {**server("b", "sn"), "supernode_id": "another"}]
    assert look(fleet, "a")["problems"] == []


def test_flavor_families_are_not_mixed():
    fleet = [
        server("a"),
        server("b", flavor="physical.kat2e.24xlarge"),
        server("c", flavor="physical.other.8"),
        server("d", flavor=None),
    ]
    assert look(fleet[:2])["problems"] == []
    (problem,) = look(fleet)["problems"]
    assert problem.startswith("The servers are of 3 flavor families: physical.kat2e, physical.other, unknown.")
    assert "hdk_upgrade_allow_mixed_flavors" in problem
    assert look(fleet, allow_mixed_flavors="true")["problems"] == []


def offer(*versions, kind="ASCEND_HDK"):
    return [{"type": kind, "version": version} for version in versions]


@pytest.mark.parametrize(
    "software, warned",
    [
        (None, False),
        (offer(VERSION), False),
        (offer("1.2.3", f"{VERSION}.0".upper()), False),
        (offer("not a version", VERSION), False),
        (offer("1.2.3"), True),
        (offer(VERSION, kind="PLUGIN"), True),
        ([], True),
    ],
)
def test_a_version_that_is_not_on_offer_is_warned_of(software, warned):
    found = look([server("a")], software=software)
    assert bool(found["warnings"]) is warned
    assert found["problems"] == []
    if warned:
        assert found["warnings"][0].startswith(
            f"The platform does not list {VERSION} among the versions on offer. It offers "
        )
