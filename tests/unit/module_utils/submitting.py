# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the creation of jobs share: requests, jobs that are there already, and one run against a simulator."""

from __future__ import annotations

import json

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.modelarts.plugins.module_utils import _request
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._call import Call, perform
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._errors import ModelArtsError
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._submit import Policy, ensure
from ansible_collections.huaweicloud.modelarts.plugins.module_utils._wait import Wait
from ansible_collections.huaweicloud.modelarts.plugins.modules import liteserver_job

NAME = "upgrade-fleet"
TARGET, OTHER_TARGET = "25.2.1", "24.1.0"
NEVER = 1e9  # real seconds that a job stays late, until the test shows it


def items(version=TARGET):
    return [{"type": "HDK_UPGRADE", "spec": {"version": version}}]


def request(server_ids=None, version=TARGET, name=NAME, batches=None):
    options = {"type": "HDK_UPGRADE", "description": None, "is_reboot": None}
    servers = {"server_ids": server_ids and list(server_ids), "batches": batches}
    return _request.request({"name": name, "items": items(version), **servers, **options})


def run(client, wanted, *, timeout=3600, told=None, **policy):
    """One run of the module's first half. `told` takes the warnings."""
    return ensure(
        client,
        wanted,
        Policy(**policy),
        Wait(client, timeout, 10),
        (lambda text: None) if told is None else told.append,
    )


def posts(sim):
    """The creates that the server carried out or may have: all but those it throttled."""
    return [one for one in sim.requests if (one.method, one.path) == ("POST", "/jobs") and one.status != 429]


def over(sim, ending="SUCCESS", servers=1, **options):
    """An older job of the name that is over, and ended so on each of its servers."""
    options = {"name": NAME, "items": items(), "server_ids": sim.server_ids[:servers], "status": "FINISHED", **options}
    return sim.add_job(outcomes=dict.fromkeys(options["server_ids"], ending), **options)


def running(sim, servers=1, **options):
    """A job of the name at work."""
    return sim.add_job(**{"name": NAME, "items": items(), "server_ids": sim.server_ids[:servers], **options})


def show_late_jobs(sim):
    for job in sim.jobs.values():
        job.listed_from = job.readable_from = 0.0


def refused(kind, *arguments, **options):
    with pytest.raises(ModelArtsError) as caught:
        run(*arguments, **options)
    assert caught.value.__class__ is kind, caught.value.message
    json.dumps(caught.value.details)  # it goes into the module's result as it is
    return caught.value


def upgrade(server_ids, version=TARGET, **options):
    """The options of the module for an upgrade."""
    return {"type": "HDK_UPGRADE", "items": items(version), "server_ids": list(server_ids), **options}


def query(server_ids, **options):
    """Those for a query of the versions."""
    items_ = [{"type": "HDK_QUERY"}]
    return {"type": "ASCEND_SOFTWARE_QUERY", "items": items_, "server_ids": list(server_ids), **options}


def bodies(sim):
    """The bodies of all creates."""
    return [request.body for request in sim.requests if (request.method, request.path) == ("POST", "/jobs")]


def statuses(result):
    """The status of each server."""
    return {server_id: server["status"] for server_id, server in result["servers"].items()}


def result_of(client, options, *, check=False, told=None, progress=None, module=liteserver_job):
    """What a module returns, its work done by this client. `told` takes the warnings."""
    params = ArgumentSpecValidator(module.SPEC).validate({"endpoint": "http://127.0.0.1", **options})
    assert not params.error_messages, params.error_messages
    call = Call(params.validated_parameters, check_mode=check, warn=(told if told is not None else []).append)
    call.client = lambda: client
    if progress:
        call.progress = progress
    result = perform(module.work, call)
    json.dumps(result)
    return result
