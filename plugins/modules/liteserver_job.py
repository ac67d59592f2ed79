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
    for it, and says how it ended on each.
  - The API cannot cancel a job and has no way to recognise a request that is sent twice. So this module looks first
    for what is there, takes up the jobs that already do what is asked for, submits one job for the servers that are left, and
    never sends a create again whose answer was lost. It looks for the job instead.
  - With O(batches) it does the same for several such jobs at once.
  - A job is matched by its name and its items, server by server. The newest such job that has the server decides. A success no
    longer counts once a newer job of the same type, with the same types of items and another spec, has worked on the server.
  - The record of a job is not the state of a server. Who flashes a server by other means, or deletes records, is not seen here. The
    role P(huaweicloud.modelarts.hdk_upgrade#role) goes by what a query finds installed.
  - On one machine, looking and submitting is done by one run at a time, so that two that start in the same second do not submit
    twice. They lock a file in C(/tmp), which containers do not share. Between machines nothing can prevent it, but the later
    one looks again right after its submission, finds the other job, and names both in a warning.
  - Where the run that this task belongs to has been killed or cancelled, or where its C(timeout) is over, nothing is submitted any
    more. A module that runs on another host than the controller cannot know of a kill.
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
      - V(absent) deletes the records of jobs, by O(id), or all that meet O(name), O(older_than) and O(status), as far as these are
        given. This neither stops nor undoes anything.
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
          - The parameters of the item. Which there are depends on its type and on the region; an upgrade takes C(version).
          - The API takes strings. Numbers and booleans become strings; null, lists and dictionaries are refused. Quote versions.
        type: dict
  server_ids:
    description:
      - The IDs of the Lite Servers. This is the ID of the Lite Server, not that of the cloud server below it.
      - Required with O(state=present) unless O(id) or O(batches) is given.
    type: list
    elements: str
  batches:
    description:
      - The IDs of the Lite Servers of several jobs, as one list for each job, in place of O(server_ids). The platform takes at
        most 50 servers in a job of some types.
      - What is there is looked for once, and a job is submitted for what is left of each list. All are waited for together.
      - What is refused for one list, because of a conflict say, does not keep the others from being submitted. The module fails in
        the end.
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
    description: A text to go with a new job.
    type: str
  is_reboot:
    description:
      - Whether the platform restarts after the job. The vendor's documents differ in whether this is after its end or after its
        failure, so it is not sent unless given.
    type: bool
  reuse:
    description:
      - Which jobs that are there already meet the request, for each server.
      - V(finished) is met by the newest job if it succeeded or still runs.
      - V(active) is met by the newest job only if it still runs.
      - V(never) is never met. A job that still runs is then a conflict.
    type: str
    choices: [finished, active, never]
    default: finished
  on_conflict:
    description:
      - What to do if another job, not yet over, holds one of the servers that are to be submitted.
      - What holds a server is its own task, which is not over. A job that does not say yet which servers it has holds them all.
      - V(fail) names the job and the servers and submits nothing, of O(batches) nothing for those lists that it holds servers of.
      - V(wait) waits until it is over, as a part of O(wait_timeout), and looks again.
      - V(ignore) submits all the same.
    type: str
    choices: [fail, wait, ignore]
    default: fail
  repeatable:
    description:
      - Whether a second job of this kind on the same servers would harm nobody, such as a query of versions. Leave it V(false) for an
        upgrade.
      - A creation whose answer was lost, and whose job does not show within O(reconcile_timeout), then goes out again, once.
        Otherwise the module fails, and says that the outcome is unknown.
    type: bool
    default: false
  allow_incomplete_list:
    description:
      - Whether to submit although the platform does not show all its jobs, so that it is not known whether the job is there already.
        Otherwise the module fails.
    type: bool
    default: false
  wait:
    description: Whether to wait until the job is over on all servers.
    type: bool
    default: true
  reconcile_timeout:
    description:
      - Seconds to look for the job in the list after the answer to its creation was lost, and to bear with a new job that
        does not show yet. O(wait_timeout) bounds this, too.
      - Where the job does not show, the module fails, and says that the outcome is unknown. Nothing else is submitted after that.
        Running it again picks up the job if it is there.
    type: float
    default: 60
  fail_on_task_failure:
    description: Whether to fail when the job is over and did not succeed on each server.
    type: bool
    default: true
  older_than:
    description:
      - With O(state=absent), delete only the records of jobs that were created more than this number of days ago, such as V(90) or V(0.5).
      - The record of a job that still runs is kept, however old it is, since it alone tells which servers the job holds. So is one that
        does not say when its job was created. A warning and RV(kept) name them.
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

- name: Wait for a job that is there already, and bear with failed servers
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
    - The newest of RV(jobs). With O(wait=true) as it was in the end.
    - Null where there is none, as for a new job in check mode.
  returned: success, and failure once a job is known
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
      description: The type, in the platform's word for it. An C(HDK_UPGRADE) is called C(ASCEND_SOFTWARE_UPGRADE) here.
      type: str
      returned: always
    status:
      description: The status of the job, such as C(PROCESSING) or C(FINISHED). Finished does not mean succeeded.
      type: str
      returned: always
    description:
      description: The text that goes with it, or null.
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
  returned: success, and failure once a job is known
  type: list
  elements: dict
servers:
  description: The outcome for each server of the request, keyed by the server's ID.
  returned: success, and failure once a job is known
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
      description: What the platform says of the server, or null. Why it has no job, where that could not be submitted.
      type: str
      returned: always
    job_id:
      description: The job that decides for this server, or null where there is none yet.
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
  returned: success, and failure once a job is known
  type: dict
  sample: {total: 2, success: 1, failed: 1, skipped: 0, processing: 0, missing: 0}
submitted:
  description: Whether this run created a job, or would in check mode.
  returned: success, and failure once a job is known
  type: bool
adopted:
  description:
    - Whether this run took up a job that it found running.
    - Also true where the answer to the creation of a job was lost and the job was then found in the list.
  returned: success, and failure once a job is known
  type: bool
deleted:
  description: The IDs of the jobs whose records were deleted, or would be in check mode.
  returned: O(state=absent)
  type: list
  elements: str
kept:
  description: >-
    The IDs of the jobs that O(older_than) and O(status) leave alone, since they still run, or do not say when they were created.
  returned: O(state=absent)
  type: list
  elements: str
conflicts:
  description: The jobs that hold servers of the request, each with the keys of RV(job).
  returned: failure because of a conflict
  type: list
  elements: dict
timed_out:
  description: True where the time to wait ran out.
  returned: failure because of that
  type: bool
failure:
  description: Of the call that failed the HTTP C(status), null where no answer was read, and the API's C(code) and C(request_id).
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
from ..module_utils._errors import InputError, ModelArtsError
from ..module_utils._outcome import outcome, summary
from ..module_utils._request import checked_id, request
from ..module_utils._submit import INCOMPLETE, Ensured, Policy, describe, ensure
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
    call.hide(wanted.secrets())
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
