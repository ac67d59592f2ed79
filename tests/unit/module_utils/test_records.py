# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_job with state=absent: which records it deletes, and which it keeps."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _records
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import LostAnswerError
from tests.integration.playbook import COMMON_KEYS, documentation
from tests.simulator import faults
from tests.unit.module_utils.submitting import result_of

DAY = 86_400.0


def delete(client, *, check=False, told=None, **options):
    """What the module returns for the records that the options select."""
    return result_of(client, {"state": "absent", **options}, check=check, told=told)


def finished(sim, age, name="night", **options):
    """A job that was created so many days ago and is over."""
    return sim.add_job(name=name, status="FINISHED", age=age * DAY, **options)


def test_record_of_a_running_job_is_deleted_only_by_force(sim, client):
    """Refusing names the job and the way out, and spares the others of that name, too."""
    at_work = sim.add_job(name="night", status="PROCESSING")
    done = sim.add_job(name="night", status="FINISHED", age=1000.0)
    by_id, by_name = {"state": "absent", "id": at_work.id}, {"state": "absent", "name": "night"}
    for options, check in ((by_id, False), (by_name, False), (by_name, True)):
        refused = result_of(client, options, check=check)
        assert refused["failed"] and "force" in refused["msg"]
        assert f"night ({at_work.id}, PROCESSING)" in refused["msg"]
    assert sorted(result_of(client, {**by_name, "force": True})["deleted"]) == sorted([at_work.id, done.id])
    assert sim.count("DELETE", "/jobs") == 1


def test_record_that_vanishes_meanwhile_counts_as_deleted(sim, client):
    """Also where the answer to the deletion is lost, since deleting twice does no harm."""
    job = sim.add_job(name="one", status="FINISHED")
    sim.inject(faults.lost("reset", method="DELETE"))
    assert result_of(client, {"state": "absent", "id": job.id})["deleted"] == [job.id]


def test_records_that_an_incomplete_list_does_not_show_are_warned_of(sim, client):
    for age in range(12):
        sim.add_job(name="one", status="FINISHED", age=float(age + 1))
    sim.inject(faults.paging(10, supported=False))
    told = []
    assert len(result_of(client, {"state": "absent", "name": "one"}, told=told)["deleted"]) == 10
    assert "Jobs that are not shown are not deleted" in told[0]


def test_records_are_deleted_by_age(sim, client):
    """Of all names. Check mode predicts it and deletes nothing; a second run finds nothing more."""
    old, older, young = finished(sim, 31), finished(sim, 100, name="other"), finished(sim, 29)
    predicted = delete(client, older_than=30, check=True)
    assert sim.count("DELETE", "/jobs") == 0
    done = delete(client, older_than=30)
    assert done == predicted
    assert (done["changed"], set(done["deleted"]), done["kept"]) == (True, {old.id, older.id}, [])
    assert done["diff"] == {"before": {old.id: "night FINISHED", older.id: "other FINISHED"}, "after": {}}
    again = delete(client, older_than=30)
    assert (again["changed"], again["deleted"], sim.count("DELETE", "/jobs")) == (False, [], 1)
    assert sim.status(young.id) == "FINISHED"


@pytest.mark.parametrize("times", ["text", "iso"])
def test_age_is_read_in_every_form_of_a_time(times, sim, client):
    sim.times = times
    old = finished(sim, 2)
    finished(sim, 0.1)
    assert delete(client, older_than=0.5)["deleted"] == [old.id]


@pytest.mark.parametrize("status", ["FINISHED", "finished", ["FINISHED"], "FINISHED,ERROR"])
def test_status_narrows_what_a_name_selects(status, sim, client):
    wanted = finished(sim, 1)
    finished(sim, 1, name="night-2")
    assert delete(client, name="night", status=status)["deleted"] == [wanted.id]


def test_records_of_another_status_stay(sim, client):
    finished(sim, 9)
    result = delete(client, older_than=1, status="ERROR")
    assert (result["changed"], result["deleted"]) == (False, [])


@pytest.mark.parametrize("status", ["PROCESSING", "ACTIVE", "QUEUEING"])
def test_record_of_a_job_that_is_not_over_is_kept_however_old(status, sim, client):
    """Nothing else tells which servers it holds."""
    at_work = sim.add_job(name="night", status=status, age=400 * DAY)
    done = finished(sim, 400)
    told = []
    result = delete(client, older_than=30, name="night", told=told)
    assert (result["deleted"], result["kept"]) == ([done.id], [at_work.id])
    assert f"job {at_work.id} is {status}" in told[0]
    assert sim.status(at_work.id) == status


def test_job_that_only_its_list_row_calls_running_is_over(sim, client):
    sim.inject(faults.row_stuck())
    done = sim.add_job(name="night", age=40 * DAY, server_ids=sim.server_ids[:1])
    assert delete(client, older_than=30)["deleted"] == [done.id]


def test_record_without_a_time_is_kept(sim, client):
    job = finished(sim, 40)
    real = client.list_jobs
    client.list_jobs = lambda query: (
        [{k: v for k, v in row.items() if k[-3:] != "_at"} for row in real(query)[0]],
        True,
    )
    told = []
    result = delete(client, older_than=30, told=told)
    assert (result["changed"], result["deleted"], result["kept"]) == (False, [], [job.id])
    assert f"job {job.id} does not say when it was created" in told[0]


def test_many_records_go_in_several_requests_and_an_error_tells_how_far_it_came(sim, client, monkeypatch):
    monkeypatch.setattr(_records, "AT_ONCE", 4)
    jobs = [finished(sim, 40 + n) for n in range(10)]
    real, sent = client.delete_jobs, []

    def fail_at_the_second(ids):
        sent.append(ids)
        if len(sent) == 2:
            raise LostAnswerError("no answer")
        real(ids)

    client.delete_jobs = fail_at_the_second
    result = delete(client, older_than=30)
    assert (result["failed"], result["changed"], len(result["deleted"])) == (True, True, 4)
    assert sorted(result["deleted"] + delete(client, older_than=30)["deleted"]) == sorted(job.id for job in jobs)


def test_return_documents_what_a_deletion_returns(sim, client):
    finished(sim, 40)
    result = delete(client, older_than=30)
    documented = {k for k, v in documentation("liteserver_job").items() if "state=absent" in v["returned"]}
    assert set(result) - COMMON_KEYS == documented
