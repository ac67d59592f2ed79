#!/usr/bin/python
# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: liteserver_job
short_description: Run a job on ModelArts Lite Servers exactly once
version_added: 1.0.0
author:
  - The huaweicloud.modelarts authors (@huaweicloud)
description:
  - Makes sure that a job, such as an upgrade of driver and firmware (HDK), has run on each of the given Lite Servers, waits
    for it, and returns how it ended on each.
  - The API cannot cancel a job and does not recognise a request that is sent twice. So this module first looks at the jobs that
    exist. It adopts those that already do what is asked for, and submits one job for the remaining servers. Where the answer to
    that is lost, it looks for the job and does not send the request again.
  - With O(batches) it does the same for several such jobs at once.
  - For each server the newest job with the same name and items counts. Its success no longer counts when a newer job of the same
    type, with the same types of items and another spec, has worked on the server since.
  - The record of a job is not the state of a server. This module does not see a server that was changed by other means, nor a job
    whose record was deleted. The role P(huaweicloud.modelarts.hdk_upgrade#role) queries what is installed.
  - On one machine only one run at a time looks and submits, so two that start in the same second do not submit twice. They lock a
    file in C(/tmp), which containers do not share. Between machines this cannot be prevented. The later run looks again right after
    it has submitted, finds the other job, and names both in a warning.
  - Nothing more is submitted once the run has been killed or cancelled, or the C(timeout) of the task has been reached. A module
    that runs on another host than the controller does not know that the run was killed.
  - The platform calls a job finished also when servers failed. This module reads the outcome of each server and fails unless all
    of them succeeded.
extends_documentation_fragment:
  - huaweicloud.modelarts.auth
  - huaweicloud.modelarts.wait
  - huaweicloud.modelarts.in_process
  - huaweicloud.modelarts.attributes
  - huaweicloud.modelarts.attributes.action_group
attributes:
  check_mode:
    support: full
    details:
      - It looks at jobs alone. Whether the servers exist, and whether the platform takes the items, is found out when a job is submitted.
  diff_mode:
    support: full
  idempotent:
    support: partial
    details:
      - With O(reuse=finished), the default, a second run changes nothing where the first succeeded.
      - With O(reuse=active) and O(reuse=never) a job that is over runs again.
options:
  state:
    description:
      - V(present) makes sure that the job has run.
      - V(absent) deletes the records of jobs, by O(id), or all that match each of O(name), O(older_than) and O(status) that is given.
        This neither stops nor undoes a job.
    type: str
    choices: [present, absent]
    default: present
  id:
    description:
      - The ID of an existing job, to wait for or to delete.
      - Mutually exclusive with O(name), O(type), O(items), O(server_ids), O(batches), O(description), O(is_reboot), O(older_than) and
        O(status).
    type: str
  name:
    description:
      - The name of the job, of 1 to 64 letters, digits, hyphens, dots and underscores.
      - By default O(type) in lower case and 8 hexadecimal digits of the SHA-256 of O(items), so that the same request has the same
        name.
    type: str
  type:
    description:
      - The type of the job, such as V(HDK_UPGRADE), V(ASCEND_SOFTWARE_QUERY) or V(ASCEND_DIAGNOSIS). Regions differ in
        what they offer.
      - Required with O(state=present) unless O(id) is given.
    type: str
  items:
    description:
      - What the job does, as one or more items.
      - Required with O(state=present) unless O(id) is given.
    type: list
    elements: dict
    suboptions:
      type:
        description: The type of the item, such as V(HDK_UPGRADE), V(HDK_QUERY) or V(DEVICE_LOG_COLLECT).
        type: str
        required: true
      spec:
        description:
          - The parameters of the item. They depend on its type and on the region. An upgrade takes C(version).
          - The API takes strings. Numbers and booleans become strings; null, lists and dictionaries are refused. Quote versions.
        type: dict
  server_ids:
    description:
      - The IDs of the Lite Servers, not those of the cloud servers below them.
      - Required with O(state=present) unless O(id) or O(batches) is given.
    type: list
    elements: str
  batches:
    description:
      - The IDs of the Lite Servers of several jobs, as one list for each job, in place of O(server_ids). The platform takes at
        most 50 servers in a job of some types.
      - Existing jobs are looked for once. Then a job is submitted for the remaining servers of each list. All jobs are waited for
        together.
      - Where a list is refused, for example because of a conflict, the other lists are still submitted. The module fails in the end.
    type: list
    elements: list
  validate_spec:
    description:
      - Whether to check O(items) against the templates that the region has for O(type), before anything is submitted. An unknown key, a
        missing one and a value outside its pattern are refused.
      - Where the region has no template for O(type) there is a warning, and nothing is refused.
    type: bool
    default: false
  description:
    description: A description for a new job.
    type: str
  is_reboot:
    description:
      - Whether the platform restarts the servers after the job. The vendor's documents disagree on whether this is always or only
        after a failure. It is not sent unless given.
    type: bool
  reuse:
    description:
      - Which existing jobs make a new one unnecessary, for each server.
      - With V(finished), the newest matching job does if it succeeded or still runs.
      - With V(active), the newest matching job does only if it still runs.
      - With V(never), no job does. A job that still runs is then a conflict.
    type: str
    choices: [finished, active, never]
    default: finished
  on_conflict:
    description:
      - What to do if another job holds one of the servers for which a job is to be submitted.
      - A job holds the servers whose tasks are not over. A job that does not show its servers yet holds all.
      - V(fail) fails, names the job and the servers, and submits nothing. With O(batches), the lists without a held server are still
        submitted.
      - V(wait) waits until the servers are free, at most O(wait_timeout), and looks again.
      - V(ignore) submits the job although the servers are held.
    type: str
    choices: [fail, wait, ignore]
    default: fail
  repeatable:
    description:
      - Whether running this job twice on the same servers does no harm, as for a query of versions. Leave it V(false) for an upgrade.
      - With V(true), a request whose answer was lost, and whose job does not show up within O(reconcile_timeout), is sent once more.
        With V(false) the module fails then, and says that the outcome is unknown.
    type: bool
    default: false
  allow_incomplete_list:
    description:
      - Whether to submit although the platform does not show all its jobs, or shows one of this name that cannot be read, so that the
        job may exist already. With V(false) the module fails then.
    type: bool
    default: false
  wait:
    description: Whether to wait until the job is over on all servers.
    type: bool
    default: true
  reconcile_timeout:
    description:
      - Seconds to look for a job whose creation got no answer, and to wait for a new job that cannot be read yet. It never takes longer
        than O(wait_timeout).
      - Where the job does not show up, the module fails, says that the outcome is unknown, and submits nothing more. Run it again to
        pick up the job if it exists.
    type: float
    default: 60
  fail_on_task_failure:
    description: Whether to fail when the job is over and did not succeed on each server.
    type: bool
    default: true
  older_than:
    description:
      - With O(state=absent), delete only the records of jobs that were created more than this number of days ago, such as V(90) or V(0.5).
      - The record of a job that still runs is always kept, since it is the only thing that shows which servers the job holds. A record
        without a time is kept, too. A warning and RV(kept) name them.
      - Without O(name) it selects the records of all jobs that the platform lists, those of other users included.
    type: float
  status:
    description:
      - With O(state=absent), delete only the records of jobs of one of these statuses, as a list or a single word. Case does not count.
        It needs O(name) or O(older_than) beside it.
      - A job that is over is V(FINISHED), whether or not its servers succeeded. The record of a job that still runs is kept, as with
        O(older_than).
    type: list
    elements: str
  force:
    description:
      - Whether O(state=absent) deletes the record of a job that still runs. The job itself goes on.
      - Only with O(id), or with O(name) alone.
    type: bool
    default: false
seealso:
  - module: huaweicloud.modelarts.liteserver_job_info
"""

EXAMPLES = r"""
- name: Upgrade driver and firmware of two servers, and wait
  huaweicloud.modelarts.liteserver_job:
    type: HDK_UPGRADE
    items:
      - type: HDK_UPGRADE
        spec:
          version: 24.1.0.3
    server_ids:
      - 66d210bc-023c-490a-8664-afd321a163ad
      - 3384bdb0-2d31-4fe9-946e-09e776701d78
  register: upgrade

- name: Show how it ended on each
  ansible.builtin.debug:
    msg: "{{ item.value.server_name }}: {{ item.value.status }}"
  loop: "{{ upgrade.servers | dict2items }}"
  loop_control:
    label: "{{ item.key }}"

- name: Query the installed versions anew, without waiting
  huaweicloud.modelarts.liteserver_job:
    name: software-query
    type: ASCEND_SOFTWARE_QUERY
    items:
      - type: HDK_QUERY
    server_ids: "{{ upgrade.servers | list }}"
    reuse: active
    wait: false
  register: asked

- name: Wait for an existing job, and do not fail where servers failed
  huaweicloud.modelarts.liteserver_job:
    id: "{{ asked.job.id }}"
    wait_timeout: 600
    fail_on_task_failure: false

- name: Query any number of servers, in jobs of at most 50 at once
  huaweicloud.modelarts.liteserver_job:
    name: fleet-query
    type: ASCEND_SOFTWARE_QUERY
    items:
      - type: HDK_QUERY
    batches: "{{ upgrade.servers | list | batch(50) | list }}"
    reuse: active

- name: Delete the records of that query
  huaweicloud.modelarts.liteserver_job:
    name: software-query
    state: absent

- name: Delete all records that are older than 90 days
  huaweicloud.modelarts.liteserver_job:
    state: absent
    older_than: 90
    status: FINISHED
"""

RETURN = r"""
job:
  description:
    - The newest of RV(jobs), with O(wait=true) as it is at the end.
    - Null where there is none, for example a new job in check mode.
  returned: success with O(state=present), and failure once a job is known
  type: dict
  sample:
    id: 64e004ec-6cb0-401f-a7c0-ec2557626b16
    name: hdk_upgrade-3f1c9a52
    type: ASCEND_SOFTWARE_UPGRADE
    status: FINISHED
  contains:
    id:
      description: The ID of the job.
      type: str
      returned: always
    name:
      description: The name of the job.
      type: str
      returned: always
    type:
      description: The type as the platform calls it. It calls an C(HDK_UPGRADE) C(ASCEND_SOFTWARE_UPGRADE).
      type: str
      returned: always
    status:
      description: The status of the job, such as C(PROCESSING) or C(FINISHED). Finished does not mean succeeded.
      type: str
      returned: always
    description:
      description: Its description, or null.
      type: str
      returned: always
    user_name:
      description: Who submitted it, or null.
      type: str
      returned: always
    template_id:
      description: The ID of its template, or null.
      type: str
      returned: always
    abnormal_count:
      description: The number of servers on which it failed, or null.
      type: int
      returned: always
    create_at:
      description: When it was created, in milliseconds since 1970-01-01 UTC, or null.
      type: int
      returned: always
    update_at:
      description: When it last changed, in milliseconds since 1970-01-01 UTC, or null.
      type: int
      returned: always
    created:
      description: C(create_at) as an ISO time in UTC, or null.
      type: str
      returned: always
      sample: "2026-11-21T22:00:00Z"
    updated:
      description: C(update_at) as an ISO time in UTC, or null.
      type: str
      returned: always
      sample: "2026-11-21T22:04:10Z"
    job_items:
      description: What it does, a list of C(type) and C(spec). Called C(items) in the API.
      type: list
      elements: dict
      returned: always
    tasks:
      description: >-
        Its work on each server, a list of C(id), C(server_id), C(server_name), C(status), C(cloud_server), C(message),
        C(create_at), C(update_at), C(created) and C(updated).
      type: list
      elements: dict
      returned: always
jobs:
  description: All jobs that cover the request, the newest first, each with the keys of RV(job).
  returned: success with O(state=present), and failure once a job is known
  type: list
  elements: dict
servers:
  description: The outcome for each server of the request, keyed by the server's ID.
  returned: success with O(state=present), and failure once a job is known
  type: dict
  sample:
    66d210bc-023c-490a-8664-afd321a163ad:
      server_name: liteserver-978c-00001
      status: SUCCESS
      message: the message
      job_id: 64e004ec-6cb0-401f-a7c0-ec2557626b16
      task_id: 64e004ec-ad30-4038-9af1-afd321a163ad
  contains:
    server_name:
      description: The name of the server, or null where the job has no task for it.
      type: str
      returned: always
    status:
      description:
        - C(SUCCESS), C(FAILED), C(SKIPPED) or C(PROCESSING), as the platform says; C(MISSING) where the job has no task for the
          server. Only C(SUCCESS) is success.
        - In check mode C(PROCESSING) for a server that would be submitted.
      type: str
      returned: always
    message:
      description: What the platform says about the server, or null. Where no job could be submitted for it, why.
      type: str
      returned: always
    job_id:
      description: The job that counts for this server, or null where there is none yet.
      type: str
      returned: always
    task_id:
      description: The task of that job, or null.
      type: str
      returned: always
summary:
  description: >-
    How many servers the request has (C(total)), and on how many the work was C(success), C(failed), C(skipped), is C(processing) or
    C(missing).
  returned: success with O(state=present), and failure once a job is known
  type: dict
  sample: {total: 2, success: 1, failed: 1, skipped: 0, processing: 0, missing: 0}
submitted:
  description: Whether this run created a job, or would in check mode.
  returned: success with O(state=present), and failure once a job is known
  type: bool
adopted:
  description:
    - Whether this run adopted a job that was running already.
    - Also true where the answer to the creation of a job was lost and the job was found in the list.
  returned: success with O(state=present), and failure once a job is known
  type: bool
deleted:
  description: The IDs of the jobs whose records were deleted, or would be in check mode.
  returned: success with O(state=absent)
  type: list
  elements: str
kept:
  description: >-
    The IDs of the jobs whose records O(older_than) and O(status) keep, as the jobs still run or do not show when they were created.
  returned: success with O(state=absent)
  type: list
  elements: str
conflicts:
  description: The jobs that hold servers of the request, each with the keys of RV(job).
  returned: failure because of a conflict
  type: list
  elements: dict
refusals:
  description:
    - Why servers have no job, in a word, keyed by the server's ID. C(held), another job holds it; C(refused), the platform refused the
      job that it was to be in; C(unknown), the answer to the creation of its job was lost, and it may be at work; C(not_sent), nothing
      was sent for it.
    - Their RV(servers) say more.
  returned: failure where servers have no job
  type: dict
  sample:
    66d210bc-023c-490a-8664-afd321a163ad: held
timed_out:
  description: True where O(wait_timeout) was reached.
  returned: failure because of that
  type: bool
failure:
  description: The HTTP C(status) of the call that failed, null where no answer was read, and the API's C(code) and C(request_id).
  returned: failure of a call
  type: dict
  sample: {status: 400, code: ModelArts.6404, request_id: 3b1d1c1b9d6d4ac39a3ea0b1ee51e2b0}
"""

import time
import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..module_utils import _job, _records
from ..module_utils._call import AUTH_SPEC, WAIT_SPEC, Call, Result, check_positive
from ..module_utils._conclude import conclude
from ..module_utils._door import run
from ..module_utils._ensured import Ensured, describe
from ..module_utils._errors import InputError, ModelArtsError
from ..module_utils._outcome import outcome, summary
from ..module_utils._request import checked_id, request
from ..module_utils._submit import INCOMPLETE, Policy, ensure
from ..module_utils._template import check_spec, find_templates

if t.TYPE_CHECKING:
    from ..module_utils._client import Client

SPEC: dict[str, dict[str, t.Any]] = {
    **AUTH_SPEC,
    **WAIT_SPEC,
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    "id": {"type": "str"},
    "name": {"type": "str"},
    "type": {"type": "str"},
    "items": {
        "type": "list",
        "elements": "dict",
        "options": {"type": {"type": "str", "required": True}, "spec": {"type": "dict"}},
    },
    "server_ids": {"type": "list", "elements": "str"},
    "batches": {"type": "list", "elements": "list"},
    "validate_spec": {"type": "bool", "default": False},
    "description": {"type": "str"},
    "is_reboot": {"type": "bool"},
    "reuse": {"type": "str", "choices": ["finished", "active", "never"], "default": "finished"},
    "on_conflict": {"type": "str", "choices": ["fail", "wait", "ignore"], "default": "fail"},
    "repeatable": {"type": "bool", "default": False},
    "allow_incomplete_list": {"type": "bool", "default": False},
    "wait": {"type": "bool", "default": True},
    "reconcile_timeout": {"type": "float", "default": 60},
    "fail_on_task_failure": {"type": "bool", "default": True},
    "older_than": {"type": "float"},
    "status": {"type": "list", "elements": "str"},
    "force": {"type": "bool", "default": False},
}
REQUEST_OPTIONS = ("name", "type", "items", "server_ids", "batches", "description", "is_reboot")
RECORD_OPTIONS = ("older_than", "status")  # for state=absent only


def work(call: Call) -> Result:
    """Check the options, then do what C(state) says. Raises ModelArtsError."""
    check_options(call.params)
    if call.params["state"] == "absent":
        return absent(call)
    return existing(call, call.client()) if call.params["id"] else present(call, call.client())


def check_options(params: dict[str, t.Any]) -> None:
    """Refuse what contradicts itself or is missing."""
    check_positive(params, "wait_timeout", "wait_interval", "reconcile_timeout")
    given = [option for option in REQUEST_OPTIONS if params[option] is not None]
    for_records = [option for option in RECORD_OPTIONS if params[option] is not None]
    absent = params["state"] == "absent"
    if for_records and not absent:
        raise InputError(f"{for_records[0]} is given, but it is for state=absent only. Leave it out.")
    if params["force"] and not absent:
        raise InputError("force is true, but it is for state=absent only. Leave it out.")
    if params["id"] is not None:
        checked_id("id", params["id"])
        if given or for_records:
            others = ", ".join(given + for_records)
            raise InputError(f"id names an existing job, so {others} cannot go with it. Leave out either.")
    elif absent:
        others = ", ".join(option for option in given if option != "name")
        if others:
            raise InputError(
                f"{others} cannot go with state=absent, which takes id, or name, older_than and status. Leave out {others}."
            )
    else:
        servers = "server_ids" if params["batches"] is None else "batches"
        missing = [option for option in ("type", "items", servers) if params[option] is None]
        if missing:
            raise InputError(f"{', '.join(missing)} missing. state=present takes type, items and server_ids, or id.")
        if params["server_ids"] is not None and params["batches"] is not None:
            raise InputError("server_ids and batches are given. Leave out either.")


def present(call: Call, client: Client) -> Result:
    """Submit or adopt, wait, judge."""
    params = call.params
    wanted = request(params)
    wait = call.wait(client, grace=params["reconcile_timeout"])
    if params["validate_spec"]:
        templates = find_templates(client.within(wait.deadline), wanted.type)
        if not templates:
            call.warn(f"The region has no template for the type {wanted.type}, so items could not be checked.")
        check_spec(templates, wanted.items, call.warn)
    policy = Policy(
        reuse=params["reuse"],
        on_conflict=params["on_conflict"],
        reconcile_timeout=params["reconcile_timeout"],
        repeatable=params["repeatable"],
        allow_incomplete_list=params["allow_incomplete_list"],
        check=call.check_mode,
        fresh=call.fresh,
    )
    ensured = ensure(client, wanted, policy, wait, call.warn)
    facts = {
        "changed": ensured.submitted,
        "submitted": ensured.submitted,
        "adopted": ensured.adopted,
        "diff": describe(ensured, wanted),
        **ensured.details,
    }
    if call.check_mode and ensured.submitted:
        return foreseen(ensured, facts)
    return conclude(
        wait if params["wait"] and not call.check_mode else None,
        [job for job in ensured.coverage.values() if job],
        {server_id: job.id if job else None for server_id, job in ensured.coverage.items()},
        facts,
        params["fail_on_task_failure"],
        ensured.reasons,
    )


def foreseen(ensured: Ensured, facts: Result) -> Result:
    """The result of check mode where something would be submitted."""
    result = outcome(ensured.coverage, ensured.reasons)
    for server_id in ensured.to_submit:
        result["servers"][server_id].update(status=_job.PROCESSING, message="would be submitted")
    result = {**facts, **result, "summary": summary(result["servers"])}
    if ensured.reasons:
        raise ModelArtsError(" ".join(dict.fromkeys(ensured.reasons.values())), **result)
    return result


def existing(call: Call, client: Client) -> Result:
    """Wait for the job of an id, judge."""
    params = call.params
    wait = call.wait(client)
    job = _job.parse(client.within(wait.deadline).get_job(params["id"]))
    if job.status == _job.DELETED:
        raise ModelArtsError(f"Job {job.name} ({job.id}) was deleted, so its outcome cannot be read.")
    return conclude(
        wait if params["wait"] and not call.check_mode else None,
        [job],
        None,
        {"changed": False, "submitted": False, "adopted": not job.over},
        params["fail_on_task_failure"],
        {},
    )


def absent(call: Call) -> Result:
    """Delete the records of jobs that are there."""
    selected = _records.selection(call.params)
    client = call.client()
    found = _records.find(client, selected, time.time())
    if not found.complete:
        call.warn(f"{INCOMPLETE} Jobs that are not shown are not deleted.")
    if found.kept:
        told = [f"{job_id} {reason}" for job_id, reason in list(found.kept.items())[:5]]
        rest = f"; and {len(found.kept) - 5} more" if len(found.kept) > 5 else ""
        call.warn(f"Records were kept of jobs that still run or have no time: job {'; job '.join(told)}{rest}.")
    running = [f"{job.name} ({job.id}, {job.status})" for job in found.jobs if not job.over]
    if running and not call.params["force"]:
        raise ModelArtsError(
            f"Still running: {', '.join(running)}. Deleting the record would not stop the job. Wait until it is over, or set "
            "force to true to delete the record all the same."
        )
    ids = [job.id for job in found.jobs]
    if not call.check_mode:
        _records.delete(client, ids)
    before = {job.id: f"{job.name} {job.status}" for job in found.jobs}
    return {"changed": bool(ids), "deleted": ids, "kept": list(found.kept), "diff": {"before": before, "after": {}}}


def main() -> None:
    run(AnsibleModule(argument_spec=SPEC, supports_check_mode=True), work)


if __name__ == "__main__":
    main()
