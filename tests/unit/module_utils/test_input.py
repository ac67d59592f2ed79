# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job modules: what cannot be right is refused before any request, naming option, value and remedy."""

from __future__ import annotations

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.modelarts.plugins.module_utils._call import Call, perform
from ansible_collections.huaweicloud.modelarts.plugins.modules import liteserver_job as JOB
from ansible_collections.huaweicloud.modelarts.plugins.modules import liteserver_job_info as INFO
from tests.unit.module_utils.submitting import upgrade

SERVER = "66d210bc-023c-490a-8664-afd321a163ad"
GOOD = upgrade([SERVER])
NAN = float("nan")


def without(*options):
    """A good request that lacks some options."""
    return {option: value for option, value in GOOD.items() if option not in options}


def spec(value):
    """A good request but for one value of the spec."""
    return {**GOOD, "items": [{"type": "HDK_UPGRADE", "spec": {"version": value}}]}


REQUESTS = {
    "blank server id": ({**GOOD, "server_ids": [SERVER, ""]}, "server_ids[1]", "''", "is not an ID"),
    "server id of blanks": ({**GOOD, "server_ids": ["  "]}, "server_ids[0]", "'  '", "is not an ID"),
    "server id with a slash": ({**GOOD, "server_ids": ["a/b"]}, "server_ids[0]", "'a/b'", "1 to 64 letters"),
    "no server ids": ({**GOOD, "server_ids": []}, "server_ids is empty", "Give at least one"),
    "blank name": ({**GOOD, "name": ""}, "name ''", "1 to 64 letters"),
    "name with a blank": ({**GOOD, "name": "night shift"}, "name 'night shift'", "1 to 64 letters"),
    "name too long": ({**GOOD, "name": "n" * 65}, "name 'nnn", "1 to 64 letters"),
    "name with a line break": ({**GOOD, "name": "night\n"}, "name 'night\\n'", "1 to 64 letters"),
    "name not ASCII": ({**GOOD, "name": "nächtlich"}, "name 'nächtlich'", "1 to 64 letters"),
    "bad type": ({**GOOD, "type": "HDK UPGRADE"}, "type 'HDK UPGRADE'", "1 to 64 letters"),
    "blank type": ({**GOOD, "type": ""}, "type ''", "1 to 64 letters"),
    "no items": ({**GOOD, "items": []}, "items is empty", "Give at least one item"),
    "bad item type": ({**GOOD, "items": [{"type": "a b"}]}, "items[0].type 'a b'", "1 to 64 letters"),
    "item without type": ({**GOOD, "items": [{"spec": {}}]}, "type found in items"),
    "spec null": (spec(None), "items[0].spec.version is null", "Give a string"),
    "spec list": (spec(["25.2.1"]), "items[0].spec.version is ['25.2.1']", "strings only"),
    "spec dictionary": (spec({"a": 1}), "items[0].spec.version is {'a': 1}", "strings only"),
    "spec NaN": (spec(NAN), "items[0].spec.version is nan", "strings only"),
    "spec infinite": (spec(float("inf")), "items[0].spec.version is inf", "strings only"),
    "spec key blank": ({**GOOD, "items": [{"type": "A", "spec": {" ": "1"}}]}, "items[0].spec", "' '", "non-empty"),
    "bad reuse": ({**GOOD, "reuse": "sometimes"}, "reuse", "finished, active, never", "sometimes"),
    "bad on_conflict": ({**GOOD, "on_conflict": "cancel"}, "on_conflict", "fail, wait, ignore", "cancel"),
    "bad state": ({**GOOD, "state": "latest"}, "state", "present, absent", "latest"),
    "wait is no boolean": ({**GOOD, "wait": "perhaps"}, "wait", "perhaps"),
    "no time to wait": ({**GOOD, "wait_timeout": 0}, "wait_timeout is 0", "above 0"),
    "negative interval": ({**GOOD, "wait_interval": -1}, "wait_interval is -1", "above 0"),
    "endless reconcile": ({**GOOD, "reconcile_timeout": float("inf")}, "reconcile_timeout is inf", "above 0"),
    "time is NaN": ({**GOOD, "wait_timeout": NAN}, "wait_timeout is nan", "above 0"),
    "time is a word": ({**GOOD, "wait_timeout": "soon"}, "wait_timeout", "to a float"),
}
ABSENT = {"state": "absent"}
OLD = {**ABSENT, "older_than": 30}
BATCHES = {**without("server_ids"), "batches": [[SERVER]]}
OTHERS = {
    "no batches": (JOB, {**BATCHES, "batches": []}, "batches is empty", "Give at least one list"),
    "empty batch": (JOB, {**BATCHES, "batches": [[SERVER], []]}, "batches[1] is empty", "Give at least one ID"),
    "bad id in a batch": (JOB, {**BATCHES, "batches": [[SERVER, "a/b"]]}, "batches[0][1] 'a/b'", "is not an ID"),
    "batch of a dictionary": (JOB, {**BATCHES, "batches": [{"a": 1}]}, "batches", "to a list"),
    "server in two batches": (
        JOB,
        {**BATCHES, "batches": [[SERVER], ["a", SERVER]]},
        SERVER,
        "batches[0]",
        "batches[1]",
    ),
    "batches and servers": (JOB, {**GOOD, "batches": [["a"]]}, "server_ids and batches", "Leave out either"),
    "nothing asked": (JOB, {}, "type, items, server_ids missing", "or id"),
    "no type": (JOB, without("type"), "type missing"),
    "no items or servers": (JOB, without("items", "server_ids"), "items, server_ids missing"),
    "id and request": (JOB, {**GOOD, "id": SERVER}, "id names an existing job", "type, items, server_ids", "Leave out"),
    "blank id": (JOB, {"id": ""}, "id ''", "is not an ID"),
    "id with a slash": (JOB, {"id": "jobs/1"}, "id 'jobs/1'", "is not an ID"),
    "id that climbs": (JOB, {"id": ".."}, "id '..'", "is not an ID"),
    "delete nothing": (JOB, {"state": "absent"}, "state=absent takes id, or name", "Give id, name or older_than"),
    "delete a blank name": (JOB, {"state": "absent", "name": ""}, "name ''", "1 to 64 letters"),
    "delete a blank id": (JOB, {"state": "absent", "id": ""}, "id ''", "is not an ID"),
    "delete a request": (JOB, {**GOOD, "state": "absent", "name": "a"}, "type, items, server_ids cannot go with"),
    "delete by id and name": (JOB, {"state": "absent", "id": SERVER, "name": "a"}, "id names an existing job", "name"),
    "delete by status alone": (
        JOB,
        {**ABSENT, "status": "FINISHED"},
        "status FINISHED alone",
        "Give name or older_than",
    ),
    "delete by no status": (JOB, {**OLD, "status": []}, "status is empty", "leave it out"),
    "delete by half a status": (JOB, {**OLD, "status": "FINISHED,"}, "status ''", "1 to 64 letters"),
    "delete what runs": (JOB, {**OLD, "status": ["FINISHED", "processing"]}, "status processing", "Give FINISHED"),
    "delete what failed": (JOB, {**OLD, "status": "FAILED"}, "status FAILED", "Give FINISHED"),
    "delete the deleted": (JOB, {**OLD, "status": "DELETED"}, "status DELETED", "Give FINISHED"),
    "delete by no age": (JOB, {**ABSENT, "older_than": 0}, "older_than is 0", "days above 0"),
    "delete by an odd age": (JOB, {**ABSENT, "older_than": "nan"}, "older_than is nan", "days above 0"),
    "delete by a word of age": (JOB, {**ABSENT, "older_than": "4w"}, "older_than", "to a float"),
    "delete by id and age": (JOB, {**OLD, "id": SERVER}, "id names an existing job", "older_than", "Leave out either"),
    "delete old ones by force": (JOB, {**OLD, "force": True}, "force is true", "Leave out force"),
    "age without need": (JOB, {**GOOD, "older_than": 1}, "older_than is given", "state=absent", "Leave it out"),
    "status without need": (JOB, {"id": SERVER, "status": "FINISHED"}, "status is given", "state=absent"),
    "force without need": (JOB, {**GOOD, "force": True}, "force is true", "state=absent", "Leave it out"),
    "info: blank id": (INFO, {"id": " "}, "id ' '", "is not an ID"),
    "info: id that climbs": (INFO, {"id": "../jobs"}, "id '../jobs'", "is not an ID"),
    "info: no ids": (INFO, {"ids": []}, "ids is empty", "at least one"),
    "info: blank in ids": (INFO, {"ids": [SERVER, ""]}, "ids[1] ''", "is not an ID"),
    "info: id and ids": (INFO, {"id": SERVER, "ids": [SERVER]}, "id and ids", "Give one of them"),
    "info: bad name": (INFO, {"name": "a*"}, "name 'a*'", "1 to 64 letters"),
    "info: blank status": (INFO, {"status": ""}, "status ''", "1 to 64 letters"),
    "info: bad type": (INFO, {"type": "a&b=c"}, "type 'a&b=c'", "1 to 64 letters"),
    "info: no interval": (INFO, {"wait_interval": 0}, "wait_interval is 0", "above 0"),
    "info: wait in no time": (INFO, {"wait": True, "wait_timeout": -3}, "wait_timeout is -3", "above 0"),
    "info: unknown option": (INFO, {"names": "a"}, "names", "Supported parameters include"),
}
CONNECTIONS = {
    "no scheme": ({"endpoint": "modelarts.example.com"}, "endpoint 'modelarts.example.com'", "scheme and host"),
    "other scheme": ({"endpoint": "ftp://example.com"}, "endpoint 'ftp://example.com'", "scheme and host"),
    "path": ({"endpoint": "https://example.com/v1"}, "endpoint 'https://example.com/v1'", "scheme and host"),
    "query": ({"endpoint": "https://example.com?a=1"}, "endpoint", "scheme and host"),
    "port": ({"endpoint": "https://example.com:http"}, "endpoint", "scheme and host"),
    "password": (
        {"endpoint": "https://me:geheim@example.com"},
        "endpoint carries a user name or password",
        "scheme and host",
    ),
    "blank endpoint": (
        {"endpoint": ""},
        "region is missing, and no endpoint is given",
        "HUAWEICLOUD_MODELARTS_ENDPOINT",
    ),
    "cloud": ({"cloud": "https://example.com"}, "cloud 'https://example.com' is not a domain", "myhuaweicloud.com"),
    "region": ({"region": "cn north 4"}, "region 'cn north 4'", "cn-north-4"),
    "region as a host": ({"region": "evil.example.com/"}, "region 'evil.example.com/'", "cn-north-4"),
    "project name": ({"project_id": "my project"}, "project_id 'my project'", "My Credentials"),
    "project that climbs": ({"project_id": "../x"}, "project_id '../x'", "My Credentials"),
    "two identities": ({"auth_token": "x"}, "auth_token and access_key/secret_key", "Give one of them"),
    "half a pair": ({"secret_key": ""}, "secret_key is missing: the options hold access_key", "take access_key out"),
    "keys and the SDK": ({"credentials": "sdk"}, "credentials is sdk, and access_key is given", "Give one of them"),
    "key with a line break": ({"access_key": "a\nb"}, "access_key holds a blank", "Copy it again"),
    "no time to answer": ({"request_timeout": 0}, "request_timeout is 0", "above 0"),
    "negative retries": ({"retries": -1}, "retries is -1", "0 or more"),
    "no such file": ({"ca_path": "/nowhere/ca.pem"}, "ca_path '/nowhere/ca.pem' does not exist", "certificates"),
}
CASES = {
    **{name: (JOB, options, *texts) for name, (options, *texts) in REQUESTS.items()},
    **OTHERS,
    **{f"connection: {name}": (INFO, options, *texts) for name, (options, *texts) in CONNECTIONS.items()},
    **{
        f"connection of a job: {name}": (JOB, {**GOOD, **CONNECTIONS[name][0]}, *CONNECTIONS[name][1:])
        for name in ("no scheme", "password", "no time to answer")
    },
}


@pytest.mark.parametrize("name", CASES)
def test_what_cannot_be_right_is_refused_before_any_request(name, sim, monkeypatch, tmp_path):
    module, options, *texts = CASES[name]
    monkeypatch.setenv("HOME", str(tmp_path))
    connection = {
        "endpoint": sim.endpoint,
        "project_id": sim.project_id,
        "access_key": sim.access_key,
        "secret_key": sim.secret_key,
    }
    checked = ArgumentSpecValidator(module.SPEC).validate({**connection, **options})
    message = str(checked.errors.msg) if checked.error_messages else None
    if message is None:
        result = perform(module.work, Call(checked.validated_parameters))
        assert result["failed"] and not result.get("changed")
        message = result["msg"]
    assert [text for text in texts if text not in message] == [], message
    assert "geheim" not in message and sim.requests == []
