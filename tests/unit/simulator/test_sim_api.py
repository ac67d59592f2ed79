# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers have the documented shapes, and so do the documents' own samples."""

from __future__ import annotations

import http.client

import jsonschema
import pytest
import requests

from tests.simulator import Simulator, schemas
from tests.simulator.schemas import validate
from tests.unit.samples import CREATE_SAMPLE, CREATED_SAMPLE, DETAIL_SAMPLE, LIST_SAMPLE


@pytest.mark.parametrize(
    ("sample", "schema"),
    [
        (LIST_SAMPLE, schemas.JOB_PAGE),
        (DETAIL_SAMPLE, schemas.JOB),
        (CREATE_SAMPLE, schemas.CREATE),
        (CREATED_SAMPLE, schemas.JOB),
    ],
)
def test_the_samples_of_the_documents(sample, schema):
    validate(sample, schema)


def test_the_sample_request_is_answered_like_the_sample():
    with Simulator(servers=1, speed=0, supernodes=1) as sim:
        job = sim.add_job(**{**CREATE_SAMPLE, "server_ids": sim.server_ids}, age=200)
        shown = sim.jobs[job.id].detail(sim.clock.now())
    assert shown.keys() == CREATED_SAMPLE.keys()
    assert shown["tasks"][0].keys() == CREATED_SAMPLE["tasks"][0].keys()
    assert shown["tasks"][0]["cloud_server"].keys() == CREATED_SAMPLE["tasks"][0]["cloud_server"].keys()
    same = ("name", "description", "type", "status", "items", "template_id", "user_name", "abnormal_count")
    assert {key: shown[key] for key in same} == {key: CREATED_SAMPLE[key] for key in same}
    assert shown["tasks"][0]["update_at"] - shown["update_at"] == pytest.approx(348, abs=1)


def test_the_shapes_of_all_answers(sim, client):
    made = client.create(description="Task description.")
    sim.outcome(sim.server_ids[0], "FAILED")
    validate(made, schemas.JOB)
    for seconds in (0, 120, 63, 10):
        sim.clock.advance(seconds)
        validate(client.get(f"/jobs/{made['id']}"), schemas.JOB)
        validate(client.get("/jobs"), schemas.JOB_PAGE)
    templates = client.get("/jobs/templates")
    validate(templates, schemas.TEMPLATE_PAGE)
    assert templates["total"] == 6
    validate(client.get(f"/jobs/templates/{made['template_id']}"), schemas.TEMPLATE)
    validate(client.get(""), schemas.SERVER_PAGE)
    validate(client.get("/all"), schemas.SERVER_PAGE)
    validate(client.get(f"/{sim.server_ids[0]}"), schemas.SERVER)
    validate(client.get("/software"), schemas.SOFTWARE)
    validate(client.get("/plugins"), schemas.PLUGIN_PAGE)
    validate(client("DELETE", "/jobs", json={"job_ids": [made["id"], "unknown"]}).json(), schemas.JOB_PAGE)
    for path in ("/jobs/services/nothing", "/jobs/nothing", "/jobs/templates/nothing", "/nothing"):
        answer = client("GET", path)
        validate(answer.json(), schemas.ERROR)
        assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.6404")
        assert len(answer.headers["X-Request-Id"]) == 32


def test_supernodes_and_their_members(connect):
    with Simulator(servers=14, speed=0, supernodes=1, supernode_size=12) as sim:
        client = connect(sim)
        page = client.get("/hyperinstance")
        validate(page, schemas.SUPERNODE_PAGE)
        (row,) = page["data"]
        assert client.get("/hyperinstance/all")["data"] == [row]
        first = sim.servers[sim.server_ids[0]]
        assert (row["id"], row["name"]) == (first.server_hps["id"], first.server_hps["name"])
        assert row["hps_id"] == first.cloud_server["hps_id"]
        first.server_hps = None  # what the server itself shows of its super-node changes nothing
        detail = client.get(f"/hyperinstance/{row['id']}")
        validate(detail, schemas.SUPERNODE)
        assert [server["id"] for server in detail["servers"]] == sim.server_ids[:12]
        members = client.get(f"/hyperinstance/{row['id']}/servers")
        validate(members, schemas.SERVER_PAGE)
        assert (len(members["data"]), members["total"]) == (10, 12)
        rest = client.get(f"/hyperinstance/{row['id']}/servers", limit=1000, offset=10)
        assert members["data"] + rest["data"] == detail["servers"]
        for path in ("/hyperinstance/nothing", f"/hyperinstance/{row['hps_id']}/servers"):
            assert client("GET", path).json()["error_code"] == "ModelArts.6404"


def test_a_region_without_supernode_calls(connect):
    with Simulator(servers=2, speed=0, supernodes=1, hyperinstance=False) as sim:
        supernode_id = sim.servers[sim.server_ids[0]].server_hps["id"]
        for path in ("", "/all", f"/{supernode_id}", f"/{supernode_id}/servers"):
            answer = connect(sim)("GET", f"/hyperinstance{path}")
            assert (answer.status_code, answer.json()["error_code"]) == (400, "ModelArts.6404")


def test_nothing_undocumented_passes_the_schemas():
    with pytest.raises(jsonschema.ValidationError):
        validate({**DETAIL_SAMPLE, "progress": 50}, schemas.JOB)


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "a b"},
        {"name": ""},
        {"name": "x" * 65},
        {"name": None},
        {"type": "no/type"},
        {"server_ids": []},
        {"server_ids": "all"},
        {"server_ids": ["unknown"]},
        {"items": []},
        {"items": [{}]},
        {"items": [{"type": "HDK_UPGRADE", "spec": {"version": 24}}]},
        {"items": [{"type": "HDK_UPGRADE", "spec": {"version": None}}]},
        {"items": [{"type": "HDK_UPGRADE", "spec": {"version": "newest"}}]},
        {"is_reboot": "true"},
        {"description": 5},
    ],
)
def test_bad_requests_are_refused(sim, client, changes):
    answer = client.post(**changes)
    assert answer.status_code == 400
    validate(answer.json(), schemas.ERROR)
    assert sim.jobs == {}


def test_bad_bodies_and_urls(sim, client):
    assert client("POST", "/jobs", data="{").status_code == 400
    assert client("POST", "/jobs").status_code == 400
    assert client("DELETE", "/jobs", json={}).status_code == 400
    assert client("DELETE", "/jobs", json={"job_ids": ["unknown"]}).json()["error_code"] == "ModelArts.6404"
    assert client("GET", "?limit=1025").status_code == 400
    assert client("GET", "/jobs?offset=-1").status_code == 400
    assert client("GET", "/jobs?visible=maybe").status_code == 400
    assert client("PATCH", "/jobs").status_code == 405
    assert client("PUT", f"/{sim.server_ids[0]}/start").status_code == 400
    assert client("PUT", f"/{sim.server_ids[0]}/start", json={}).json()["status"] == "STARTING"
    token = {"X-Auth-Token": sim.auth_token}
    assert client.session.get(f"{sim.endpoint}/v1/other/dev-servers", headers=token).status_code == 403
    assert client.session.get(f"{sim.endpoint}/v1/o_o/dev-servers", headers=token).status_code == 400


def test_filters(sim, client):
    one = client.create(name="one", server_ids=sim.server_ids[:1])
    two = client.create(name="two", type="LOG_COLLECT", server_ids=sim.server_ids[1:2])
    sim.clock.advance(61)

    def ids(**query):
        return [row["id"] for row in client.get("/jobs", **query)["data"]]

    assert set(ids()) == {one["id"], two["id"]}
    assert ids(name="one") == ids(type="ASCEND_SOFTWARE_UPGRADE") == ids(status="PROCESSING") == [one["id"]]
    assert ids(id=two["id"]) == ids(type="LOG_COLLECT") == ids(status="FINISHED") == [two["id"]]
    assert ids(name="on") == ids(type="HDK_UPGRADE") == []


def test_newest_first(sim, client):
    made = [client.create(type="LOG_COLLECT")["id"] for _job in range(3) if not sim.clock.advance(100)]
    assert [row["id"] for row in client.get("/jobs")["data"]] == made[::-1]


def test_limit_and_offset(sim, client):
    for number in range(5):
        sim.clock.advance(1)
        sim.add_job(name=f"n{number}", type="LOG_COLLECT")
    page = client.get("/jobs", limit=2, offset=2)
    assert [row["name"] for row in page["data"]] == ["n2", "n1"]
    assert {key: page[key] for key in ("current", "pages", "size", "total")} == {
        "current": 2,
        "pages": 3,
        "size": 2,
        "total": 5,
    }
    assert client.get("/jobs", limit=0)["data"] == []


def test_servers_come_in_tens(connect):
    with Simulator(servers=12) as sim:
        page = connect(sim).get("")
    assert (len(page["data"]), page["total"], page["pages"]) == (10, 12, 2)


@pytest.mark.parametrize("keep", [False, True])
def test_a_deleted_job_is_gone_unless_kept(sim, client, keep):
    sim.keep_deleted = keep
    made = client.create()
    gone = {"job_ids": [made["id"]]}
    assert [row["status"] for row in client("DELETE", "/jobs", json=gone).json()["data"]] == ["DELETED"]
    assert [row["status"] for row in client.get("/jobs")["data"]] == ["DELETED"] * keep
    shown = client("GET", f"/jobs/{made['id']}")
    assert shown.json().get("status", shown.json().get("error_code")) == ("DELETED" if keep else "ModelArts.6404")
    assert client("DELETE", "/jobs", json=gone).status_code == (200 if keep else 400)
    # A task cannot be interrupted
    sim.clock.advance(200)
    assert sim.servers[sim.server_ids[0]].driver == "25.2.1"
    assert sim.status(made["id"]) == "DELETED"


def test_a_status_from_elsewhere_shows_after_a_sync(sim, client):
    server = sim.find("liteserver-978c-00001")
    server.elsewhere = "STOPPED"
    assert client.get(f"/{server.id}")["status"] == "RUNNING"
    assert sim.add_job(type="LOG_COLLECT", server_ids=[server.id]).tasks[0].message == "the server is STOPPED"
    synced = client("PUT", "/sync", params={"limit": 2}).json()
    validate(synced, schemas.SERVER_PAGE)
    assert [one["status"] for one in synced["data"]] == ["STOPPED", "RUNNING"]
    assert client.get(f"/{server.id}")["status"] == "STOPPED"


def test_a_deletion_that_names_no_job_is_a_violation(sim, client):
    for body in ({}, {"job_ids": []}, None):
        assert client("DELETE", "/jobs", json=body).status_code == 400
    assert sim.violations == ["a request to delete jobs names none"] * 3


def test_software(sim, client):
    assert [one["flavor_type"] for one in client.get("/software")["data"]] == ["ascend_snt9b", "ascend_snt9b23"]
    (one,) = client.get("/software", flavor_type="ascend_snt9b23", type="ASCEND_HDK")["data"]
    offer = {info["version"]: info["description"] for info in one["support"][0]["info"]}
    assert offer["25.2.1"] == "7.7.0.9.220-25.2.1"
    assert offer["24.1.RC3.6"] == ""  # its firmware is published nowhere
    (one,) = client.get("/software", flavor_type="ascend_snt9b")["data"]
    offer = {info["version"]: info["description"] for info in one["support"][0]["info"]}
    assert offer == {
        "24.1.0.6": "7.5.0.5.220-24.1.0.6",
        "24.1.0.3": "7.5.0.5.220-24.1.0.3",
        "23.0.6": "7.1.0.9.220-23.0.6",
    }
    assert client.get("/software", flavor_type="ascend_generic")["data"] == []
    assert client.get("/software", type="ASCEND_CANN")["data"][0]["support"] == []
    sim.software = None
    assert client("GET", "/software").status_code == 404
    assert client.get("/plugins", name="NodeTaskHub")["total"] == 1
    assert client.get("/plugins", name="Other")["total"] == 0


def test_the_record(sim, client):
    made = client.create()
    client.get("/jobs", name="up")
    client.get(f"/jobs/{made['id']}")
    client.get("")
    assert [(r.method, r.path, r.status) for r in sim.requests] == [
        ("POST", "/jobs", 200),
        ("GET", "/jobs", 200),
        ("GET", f"/jobs/{made['id']}", 200),
        ("GET", "", 200),
    ]
    assert sim.requests[0].body["name"] == "up"
    assert sim.requests[1].query == {"name": "up"}
    assert [sim.count("GET", path) for path in ("/jobs", "/jobs/*", "", "/", "/*", "*")] == [1, 1, 1, 1, 1, 3]
    record = client.session.get(f"{sim.endpoint}/_simulator/record").json()
    assert len(record["requests"]) == 4
    assert len(record["upgrades"]) == 4
    assert record["violations"] == record["downgrades"] == []
    assert all(len(job["tasks"]) == 4 for job in record["jobs"])


def test_a_large_fleet_is_listed_whole(connect):
    with Simulator(servers=2000, speed=0) as sim:
        client = connect(sim)
        for start in range(0, 2000, 50):
            sim.add_job(type="LOG_COLLECT", server_ids=sim.server_ids[start : start + 50])
        assert client.get("/jobs")["total"] == 40
        assert len(client.get("", limit=1024)["data"]) == 1024


def test_connections_are_kept(sim):
    connection = http.client.HTTPConnection("127.0.0.1", sim.port, timeout=5)
    ports = set()
    for method, body in (("GET", None), ("POST", b"{}"), ("POST", b"not JSON"), ("GET", None)):
        path = f"/v1/{sim.project_id}/dev-servers/jobs"
        connection.request(method, path, body, {"X-Auth-Token": sim.auth_token})
        connection.getresponse().read()
        ports.add(connection.sock.getsockname())
    connection.close()
    assert len(ports) == 1


def test_stop_and_start_again(sim, client):
    made = client.create()
    sim.stop()
    with pytest.raises(requests.ConnectionError):
        client("GET", "/jobs")
    sim.start()
    assert client.get(f"/jobs/{made['id']}")["id"] == made["id"]
    with pytest.raises(OSError, match="cannot listen"):
        Simulator(port=sim.port).start()


def test_no_endpoint_before_the_start():
    with pytest.raises(RuntimeError, match="not been started"):
        assert Simulator(servers=1).endpoint
