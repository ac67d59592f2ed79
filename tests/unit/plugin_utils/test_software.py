# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._inventory.software import (
    AT_ONCE,
    installed_software,
)

OLD, NEW = "Driver: 24.1.0.3 | Firmware: 7.5.0.5.220", "Driver: 25.2.1 | Firmware: 7.7.0.1.231"


class Jobs:
    """A client that holds jobs, each given as (age rank, {server id: (task status, message)}), the newest with rank 0."""

    def __init__(self, *jobs, complete=True, **fields):
        self.complete = complete
        self.details = {}
        self.read = []
        for rank, tasks in jobs:
            job = {
                "id": f"job-{rank}",
                "type": "ASCEND_SOFTWARE_QUERY",
                "status": "FINISHED",
                "create_at": 10**12 - rank,
            }
            rows = [
                {"id": "t", "server_id": id_, "status": status, "message": message, "update_at": "1769760000000"}
                for id_, (status, message) in tasks.items()
            ]
            self.details[job["id"]] = {**job, **fields, "tasks": rows}

    def list_jobs(self, query=None):
        self.query = query
        rows = [{key: value for key, value in job.items() if key != "tasks"} for job in self.details.values()]
        return rows, self.complete

    def get_jobs(self, job_ids):
        self.read.append(list(job_ids))
        return {job_id: self.details[job_id] for job_id in job_ids}


def test_the_newest_success_that_says_something_decides():
    client = Jobs(
        (2, {"a": ("SUCCESS", OLD), "b": ("SUCCESS", OLD), "c": ("SUCCESS", OLD)}),
        (0, {"b": ("FAILED", NEW), "c": ("SUCCESS", "done")}),
        (1, {"a": ("SUCCESS", NEW)}),
    )
    found, complete = installed_software(client, ["a", "b", "c", "d"], 50)
    assert {id_: one["driver"] for id_, one in found.items()} == {"a": "25.2.1", "b": "24.1.0.3", "c": "24.1.0.3"}
    assert found["a"] == {"driver": "25.2.1", "firmware": "7.7.0.1.231", "at": "2026-01-30T08:00:00Z"}
    assert complete
    assert client.query == {"type": "ASCEND_SOFTWARE_QUERY", "status": "FINISHED"}


@pytest.mark.parametrize("absurd", [10**20, -1])
def test_a_time_that_is_none_is_left_out(absurd):
    client = Jobs((0, {"a": ("SUCCESS", NEW)}))
    client.details["job-0"]["tasks"][0]["update_at"] = absurd
    found, _complete = installed_software(client, ["a"], 50)
    assert found["a"] == {"driver": "25.2.1", "firmware": "7.7.0.1.231", "at": None}


def test_nothing_is_read_once_all_are_decided():
    client = Jobs(*((rank, {"a": ("SUCCESS", NEW)}) for rank in range(9)))
    installed_software(client, ["a"], 50)
    assert client.read == [["job-0"]]
    client = Jobs((0, {"a": ("SUCCESS", NEW)}))
    assert installed_software(client, [], 50) == ({}, True)
    assert client.read == []


def test_no_more_than_the_bound_is_read():
    client = Jobs(*((rank, {}) for rank in range(30)))
    assert installed_software(client, ["a"], 20) == ({}, True)
    assert [len(batch) for batch in client.read] == [1, 2, 4, 8, 5]
    assert sum(client.read, []) == [f"job-{rank}" for rank in range(20)]


def test_a_large_fleet_is_read_several_jobs_at_once():
    ids = [f"s-{n}" for n in range(1000)]
    jobs = [(rank, dict.fromkeys(ids[rank * 50 : rank * 50 + 50], ("SUCCESS", NEW))) for rank in range(20)]
    client = Jobs(*jobs)
    assert len(installed_software(client, ids, 50)[0]) == 1000
    assert [len(batch) for batch in client.read] == [AT_ONCE, AT_ONCE, 4]


@pytest.mark.parametrize(
    "fields", [{"type": "ASCEND_SOFTWARE_UPGRADE"}, {"status": "DELETED"}, {"status": "PROCESSING"}]
)
def test_other_jobs_are_left_out_though_the_platform_shows_them(fields):
    client = Jobs((0, {"a": ("SUCCESS", NEW)}), **fields)
    assert installed_software(client, ["a"], 50)[0] == {}
    assert client.read == []


def test_a_job_that_is_gone_and_a_list_that_is_not_whole():
    client = Jobs((0, {"a": ("SUCCESS", NEW)}), (1, {"a": ("SUCCESS", OLD)}), complete=False)
    read = client.get_jobs
    client.get_jobs = lambda ids: {id_: None if id_ == "job-0" else job for id_, job in read(ids).items()}
    found, complete = installed_software(client, ["a"], 50)
    assert found["a"]["driver"] == "24.1.0.3"
    assert not complete
