# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""liteserver_info and liteserver_job_template_info in real playbooks."""

from __future__ import annotations

import json

import pytest

from tests.integration.playbook import documentation, task
from tests.simulator import Simulator

INFO, TEMPLATES = "huaweicloud.modelarts.liteserver_info", "huaweicloud.modelarts.liteserver_job_template_info"


@pytest.fixture
def sim():
    with Simulator(servers=6, supernodes=2, supernode_size=2, speed=0) as simulator:
        yield simulator


@pytest.mark.parametrize("module", ["liteserver_info", "liteserver_job_template_info"])
def test_examples_run(playbook, module):
    result = playbook.tasks(documentation(module, "EXAMPLES"))
    assert result.rc == 0, result.output
    found = result.tasks
    if module == "liteserver_info":
        assert len(found["Read the servers that run"]["servers"]) == 6
        assert found["Show name and address"]["msg"]["liteserver-978c-00001"] == "10.0.0.2"
        assert len(found["Read all members of one super-node"]["servers"]) == 2
        assert len(found["Name those that do not"]["wanted.missing"]) == 2
    else:
        shown = found["Show the keys that the spec of an upgrade takes, and what their values must look like"][
            "results"
        ]
        assert [one["msg"].split(":")[0] for one in shown] == ["hdk-upgrade"]
        assert len(found["Read everything about all templates"]["templates"]) == 6


BAD = {
    "no ids": (INFO, {"ids": []}, "ids is empty. Give at least one ID."),
    "bad id": (INFO, {"ids": ["a/b"]}, "ids[0] 'a/b' is not an ID"),
    "no names": (INFO, {"names": []}, "names is empty. Give at least one shell pattern"),
    "blank flavor": (INFO, {"flavors": ["  "]}, "flavors[0] is '  '. Give a shell pattern"),
    "bad template": (TEMPLATES, {"id": "a b"}, "id 'a b' is not an ID"),
    "bad type": (TEMPLATES, {"type": "ä"}, "type 'ä' is malformed"),
    "blank name": (TEMPLATES, {"name": ""}, "name '' is malformed"),
}


def test_bad_options_are_refused_before_any_request(sim, playbook):
    tasks = [task(name, module, options, ignore_errors=True) for name, (module, options, _words) in BAD.items()]
    result = playbook.tasks(tasks)
    assert {name: words for name, (_m, _o, words) in BAD.items() if words not in result.tasks[name]["msg"]} == {}
    assert result.stats["localhost"]["ignored"] == len(BAD)
    assert sim.requests == []


def test_error_names_code_and_request_and_no_secret(playbook):
    wrong = {**playbook.connection(), "secret_key": "notTheRightSecretKey"}
    tasks = [task(module, module, ignore_errors=True) for module in (INFO, TEMPLATES)]
    result = playbook.tasks(tasks, connection=wrong, verbosity=3)
    for module in (INFO, TEMPLATES):
        failed = result.tasks[module]
        assert failed["failure"]["code"] == "APIGW.0301" and failed["failure"]["request_id"] in failed["msg"]
        assert "Check the credentials" in failed["msg"]
    assert "notTheRightSecretKey" not in result.output + json.dumps(result.events)
