# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job modules in real playbooks: what cannot be right is refused before any request. All cases are in the unit tests."""

from __future__ import annotations

from tests.integration.playbook import INFO, JOB, task, upgrade

SERVER = "66d210bc-023c-490a-8664-afd321a163ad"
GOOD = upgrade([SERVER])
CASES = {
    "bad value": (JOB, {**GOOD, "server_ids": [SERVER, ""]}, "server_ids[1]", "''", "is not an ID"),
    "name with a line break": (JOB, {**GOOD, "name": "night\n"}, "name 'night\\n'", "1 to 64 letters"),
    "name not ASCII": (JOB, {**GOOD, "name": "nächtlich"}, "name 'nächtlich'", "1 to 64 letters"),
    "not a number": (JOB, {**GOOD, "wait_timeout": float("nan")}, "wait_timeout is nan", "above 0"),
    "null in a spec": (JOB, {**GOOD, "items": [{"type": "A", "spec": {"v": None}}]}, "items[0].spec.v is null"),
    "no type": (JOB, {"items": GOOD["items"], "server_ids": [SERVER]}, "type missing"),
    "bad choice": (JOB, {**GOOD, "reuse": "sometimes"}, "reuse", "finished, active, never", "sometimes"),
    "no such option": (INFO, {"names": "a"}, "names", "Supported parameters include"),
    "password": (INFO, {"endpoint": "https://me:geheim@example.com"}, "endpoint carries a user name or password"),
}


def test_what_cannot_be_right_is_refused_before_any_request(sim, playbook):
    """The message holds what is expected; no traceback (the harness looks for one). Null counts as not given."""
    nothing = dict.fromkeys(["region", "ca_path", "security_token", "name", "id", "description", "is_reboot"])
    tasks = [task(name, module, options, ignore_errors=True) for name, (module, options, *_texts) in CASES.items()]
    result = playbook.tasks([*tasks, task("null", JOB, upgrade(sim.server_ids, **nothing))])
    wrong = {
        name: (result.tasks[name].get("msg"), texts)
        for name, (_module, _options, *texts) in CASES.items()
        if result.status(name) != "ignored" or not all(text in result.tasks[name]["msg"] for text in texts)
    }
    assert wrong == {}
    assert "geheim" not in result.tasks["password"]["msg"]
    assert not [name for name in CASES if result.tasks[name].get("changed")]
    assert result.tasks["null"]["summary"]["success"] == 3
    assert [request.status for request in sim.requests] == [200] * len(sim.requests)
    assert result.calls[:2] == ["GET /jobs", "POST /jobs"]
