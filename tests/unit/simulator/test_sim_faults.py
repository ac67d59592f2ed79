# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault does what it says, and nothing else."""

from __future__ import annotations

import datetime
import time

import pytest
import requests

from tests.simulator import Fault, Simulator, faults, schemas

BODY = {"type": "LOG_COLLECT", "items": [{"type": "DEVICE_LOG_COLLECT"}]}


@pytest.mark.parametrize("how", ["reset", "close", "hang"])
def test_lost_with_the_connection(sim, client, how):
    fault = sim.inject(faults.lost(how, seconds=0.05))
    with pytest.raises(requests.ConnectionError) as lost:
        client.create()
    assert ("reset by peer" in str(lost.value)) == (how == "reset")
    assert len(sim.jobs) == 1
    assert fault.hits == 1
    assert sim.requests[0].status is None
    assert client.get("/jobs")["total"] == 1


@pytest.mark.parametrize(("how", "status"), [("502", 502), ("504", 504), ("html", 200), ("truncated", 200)])
def test_lost_in_what_cannot_be_read(sim, client, how, status):
    sim.inject(faults.lost(how))
    answer = client.post()
    assert answer.status_code == status
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(sim.jobs) == 1
    client.create(**BODY)


def test_lost_in_an_empty_answer(sim, client):
    sim.inject(faults.lost("empty"))
    assert client.create() == {}
    assert len(sim.jobs) == 1


def test_a_hanging_answer_does_not_block_the_stop():
    with Simulator(servers=1) as sim:
        sim.inject(faults.lost("hang", method="GET"))
        url = f"{sim.endpoint}/v1/{sim.project_id}/dev-servers/jobs"
        with pytest.raises(requests.ReadTimeout):
            requests.get(url, headers={"X-Auth-Token": sim.auth_token}, timeout=0.1)
        start = time.monotonic()
    assert time.monotonic() - start < 30  # the hang is of 60 s


@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "APIGW.0308"), (401, "APIGW.0301"), (503, "ModelArts.SIM503"), (400, "ModelArts.SIM400")],
)
def test_refuse(sim, client, status, code):
    sim.inject(faults.refuse(status, retry_after=2, times=2))
    answers = [client.post() for _post in range(3)]
    assert [answer.status_code for answer in answers] == [status, status, 200]
    assert answers[0].headers["Retry-After"] == "2"
    schemas.validate(answers[0].json(), schemas.ERROR)
    assert answers[0].json()["error_code"] == code
    assert len(sim.jobs) == 1


def test_refuse_in_other_ways(sim, client):
    sim.inject(faults.refuse(502, html=True, times=1))
    assert client("GET", "/jobs").text.startswith("<html>")
    sim.inject(faults.refuse(302, location="http://elsewhere.example.com/x", times=1))
    assert client("GET", "/jobs").headers["Location"] == "http://elsewhere.example.com/x"
    sim.inject(faults.refuse(400, code="ModelArts.1", message="no", times=1))
    assert client("GET", "/jobs").json() == {"error_code": "ModelArts.1", "error_msg": "no"}
    sim.inject(faults.refuse("reset", method="POST", times=1))
    client.get("/jobs")
    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        client.create()
    assert sim.jobs == {}


def test_where_and_when_a_fault_strikes(sim, client):
    fault = sim.inject(faults.refuse(503, method="GET", path="/jobs/*", times=1, after=1))
    made = client.create()
    answers = [client("GET", path).status_code for path in ("/jobs", "", *[f"/jobs/{made['id']}"] * 3)]
    assert answers == [200, 200, 200, 503, 200]
    assert (fault.hits, fault.seen) == (1, 3)
    sim.inject(faults.refuse(503))
    sim.clear_faults()
    client.get("/jobs")


@pytest.mark.parametrize("detail", [False, True])
def test_late(sim, client, detail):
    sim.inject(faults.late(0.2, detail=detail))
    made = client.create()
    assert client.get("/jobs")["total"] == 0
    assert client("GET", f"/jobs/{made['id']}").status_code == (400 if detail else 200)
    time.sleep(0.25)
    assert client.get("/jobs")["total"] == 1
    client.get(f"/jobs/{made['id']}")


@pytest.mark.parametrize("over", [False, True])
def test_status_word(sim, client, over):
    sim.inject(faults.status_word("QUEUEING", over=over))
    made = client.create()
    assert made["status"] == client.get("/jobs")["data"][0]["status"] == "QUEUEING"
    sim.clock.advance(200)
    shown = client.get(f"/jobs/{made['id']}")
    assert shown["status"] == client.get("/jobs")["data"][0]["status"] == ("QUEUEING" if over else "FINISHED")
    assert {task["status"] for task in shown["tasks"]} == {"SUCCESS"}
    assert client.get("/jobs/templates")["total"] == 6


def test_filters_that_are_fuzzy_or_ignored(sim, client):
    client.create(name="upgrade-a")
    sim.inject(faults.fuzzy_filter())
    assert client.get("/jobs", name="Grade")["total"] == 1
    assert client.get("/jobs", name="other")["total"] == 0
    sim.inject(faults.ignore_filters())
    assert client.get("/jobs", name="other", status="DELETED")["total"] == 1


def test_paging(sim, client):
    for number in range(5):
        sim.add_job(name=f"n{number}", **BODY)
    fault = sim.inject(faults.paging(2, cap=3))
    assert [len(client.get("/jobs", **q)["data"]) for q in ({}, {"limit": 9}, {"limit": 9, "offset": 3})] == [2, 3, 2]
    assert fault.hits == 3
    sim.clear_faults()
    sim.inject(faults.paging(2, supported=False))
    first, second = client.get("/jobs"), client.get("/jobs", limit=5, offset=2)
    assert first == second
    assert (first["total"], first["pages"], first["size"]) == (5, 3, 2)
    sim.inject(faults.paging(1, path="/"))
    assert len(client.get("")["data"]) == 4
    sim.inject(faults.paging(1, cap=1, path="/"))
    assert len(client.get("")["data"]) == 4  # the earlier fault comes first, and does not cap


def test_deleted_midway(sim, client):
    sim.inject(faults.deleted_midway(20))
    sim.inject(faults.deleted_midway(20))
    gone = client.create()
    sim.keep_deleted = True
    made, other = client.create(**BODY), client.create(**BODY)
    sim.clock.advance(19)
    assert client.get(f"/jobs/{gone['id']}")["status"] == "PROCESSING"
    sim.clock.advance(2)
    assert client("GET", f"/jobs/{gone['id']}").status_code == 400
    shown = client.get(f"/jobs/{made['id']}")
    assert shown["status"] == "DELETED"
    assert {task["status"] for task in shown["tasks"]} == {"PROCESSING"}
    assert client.get(f"/jobs/{other['id']}")["status"] == "PROCESSING"


def test_latency(sim, client):
    sim.inject(faults.latency(0.1, times=1))
    start = time.monotonic()
    client.get("/jobs")
    assert time.monotonic() - start > 0.1


def test_strings_and_sparse(sim, client):
    made = client.create(description="d")
    sim.clock.advance(200)
    sim.inject(faults.strings())
    sim.inject(faults.sparse())
    for answer, schema in (
        (client.get("/jobs"), schemas.JOB_PAGE),
        (client.get(f"/jobs/{made['id']}"), schemas.JOB),
    ):
        schemas.validate(answer, schema)
        row = answer.get("data", [answer])[0]
        assert isinstance(row["create_at"], str)
        assert not {"description", "user_name", "template_id"} & row.keys()
    assert not {"cloud_server", "message"} & answer["tasks"][0].keys()
    assert answer["items"] == [{"type": "HDK_UPGRADE"}]
    assert isinstance(answer["tasks"][0]["update_at"], str)


def test_settle(sim, client):
    sim.inject(faults.settle(30))
    made = client.create(**BODY)
    sim.clock.advance(61)
    shown = client.get(f"/jobs/{made['id']}")
    assert shown["status"] == "FINISHED"
    assert [task["status"] for task in shown["tasks"]].count("PROCESSING") == 1
    sim.clock.advance(30)
    assert "PROCESSING" not in [task["status"] for task in client.get(f"/jobs/{made['id']}")["tasks"]]


def test_refuse_for_so_many_seconds(sim, client):
    fault = sim.inject(faults.refuse(429, seconds=0.2))
    time.sleep(0.25)  # the window opens with the first request refused
    assert client("GET", "/jobs").status_code == 429
    start = time.monotonic()
    while client("GET", "/jobs").status_code == 429:
        assert time.monotonic() - start < 5
    assert client.post().status_code == 200
    assert fault.hits >= 1
    with pytest.raises(ValueError, match="seconds or times"):
        faults.refuse(429, seconds=1, times=1)


def test_expired_keys(sim, client):
    fault = sim.inject(faults.expired(after=2))
    answers = [client("GET", "/jobs") for _get in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 401, 401]
    assert answers[2].json()["error_code"] == "APIGW.0301"
    sim.access_key = "ANOTHERACCESSKEY0000"
    assert client("GET", "/jobs").status_code == 200
    assert fault.hits == 2


def test_late_tasks(sim, client):
    sim.inject(faults.late_tasks(0.2))
    made = client.create()
    assert made["tasks"] == []
    assert client.get("/jobs")["total"] == 1
    assert client.get(f"/jobs/{made['id']}")["tasks"] == []
    assert len(sim.record()["jobs"][0]["tasks"]) == 4
    time.sleep(0.25)
    assert len(client.get(f"/jobs/{made['id']}")["tasks"]) == 4


def test_no_tasks(sim, client):
    sim.inject(faults.no_tasks(3, times=1))
    made, other = client.create(), client.create(**BODY)
    assert (made["status"], made["abnormal_count"]) == ("PROCESSING", 0)
    sim.clock.advance(200)
    shown = client.get(f"/jobs/{made['id']}")
    assert (shown["status"], shown["tasks"], shown["abnormal_count"]) == ("FINISHED", [], 3)
    assert sim.upgrades == []
    assert len(client.get(f"/jobs/{other['id']}")["tasks"]) == 4


def test_miscount(sim, client):
    sim.inject(faults.miscount(2, times=1))
    made = client.create()
    assert made["abnormal_count"] == 0
    sim.clock.advance(200)
    shown = client.get(f"/jobs/{made['id']}")
    assert shown["abnormal_count"] == 2 and {task["status"] for task in shown["tasks"]} == {"SUCCESS"}


def test_restarting(sim, client):
    sim.inject(faults.restarting(60, times=1))
    client.create()
    sim.clock.advance(184)

    def told():
        made = client.create(name="query", type="ASCEND_SOFTWARE_QUERY", items=[{"type": "HDK_QUERY"}])
        sim.clock.advance(20)
        return {task["message"].split()[1] for task in client.get(f"/jobs/{made['id']}")["tasks"]}

    assert "24.1.rc3.10" in told()
    sim.clock.advance(60)
    assert told() == {"25.2.1"}


@pytest.mark.parametrize("value", [None, 5, "text", [], {"x": []}])
def test_wrong(value, sim, client):
    made = client.create()
    sim.inject(faults.wrong("tasks", value, path="/jobs/*"))
    sim.inject(faults.wrong("total", value, path="/jobs"))
    assert client.get(f"/jobs/{made['id']}")["tasks"] == value
    assert client.get("/jobs")["total"] == value and client.get("/jobs")["data"][0]["id"] == made["id"]


def test_vanish_from_the_list_of_jobs(sim, client):
    for number in range(5):
        sim.add_job(name=f"n{number}", **BODY)
    sim.inject(faults.vanish("/jobs"))
    pages = [client.get("/jobs", limit=2, offset=offset) for offset in (0, 2, 4)]
    assert [row["name"] for page in pages for row in page["data"]] == ["n4", "n3", "n1", "n0"]
    assert [page["total"] for page in pages] == [5, 4, 4]


def test_the_record_says_what_a_create_made_and_how_its_answer_was_lost(sim, client):
    sim.inject(faults.lost("truncated"))
    client.post()
    client.get("/jobs")
    created, listed = sim.requests
    assert (created.job_id, created.lost, created.status) == (next(iter(sim.jobs)), "truncated", 200)
    assert (listed.job_id, listed.lost) == (None, None)


def test_real_time_may_be_given():
    now = [1000.0]
    sim = Simulator(servers=1, speed=2.0, real_now=lambda: now[0])
    sim.inject(faults.late(5.0))
    made = sim.add_job(**BODY)
    now[0] += 40.0
    assert sim.clock.now() == 1080.0
    assert sim.jobs[made.id].row(sim.clock.now())["update_at"] == 1_030_000
    assert sim.status(made.id) == "FINISHED"


def test_row_stuck(sim, client):
    made, other = client.create(), client.create(**BODY, name="other")
    sim.outcome(sim.server_ids[0], "FAILED")
    done = sim.add_job(name="up", status="FINISHED", items=client.get(f"/jobs/{made['id']}")["items"])
    sim.clock.advance(200)
    sim.inject(faults.row_stuck("up"))
    rows = {row["id"]: row for row in client.get("/jobs")["data"]}
    assert {row: rows[row]["status"] for row in rows} == {
        made["id"]: "PROCESSING",
        other["id"]: "FINISHED",
        done.id: "PROCESSING",
    }
    assert rows[done.id]["abnormal_count"] == 0
    assert client.get("/jobs", status="FINISHED")["total"] == 1
    for job_id in (made["id"], done.id):
        shown = client.get(f"/jobs/{job_id}")
        assert shown["status"] == "FINISHED"
        assert "PROCESSING" not in [task["status"] for task in shown["tasks"]]


def test_list_shape(sim, client):
    client.create()
    sim.inject(faults.list_shape("total, pages"))
    assert client.get("/jobs").keys() == {"current", "data", "size"}
    assert client.get("").keys() == {"current", "data", "pages", "size", "total"}
    sim.clear_faults()
    sim.inject(faults.list_shape("data", path="/"))
    assert client.get("").keys() == {"current", "pages", "size", "total"}
    with pytest.raises(ValueError, match="current"):
        faults.list_shape("count")


def test_rows(sim, client):
    made = client.create()
    sim.inject(faults.rows("create_at", iso=True))
    for shown in (client.get("/jobs")["data"][0], *client.get(f"/jobs/{made['id']}")["tasks"]):
        assert "create_at" not in shown
        moment = datetime.datetime.fromisoformat(shown["update_at"].replace("Z", "+00:00"))
        assert moment.timestamp() * 1000 == pytest.approx(made["update_at"], abs=1)
    sim.inject(faults.strings())
    assert "T" in client.get("/jobs")["data"][0]["update_at"]
    with pytest.raises(ValueError, match="update_at"):
        faults.rows("created")


def test_unordered(sim, client):
    made = [sim.add_job(name=f"n{number}", **BODY).id for number in range(20)]

    def ids(**query):
        return [row["id"] for row in client.get("/jobs", **query)["data"]]

    sim.inject(faults.unordered(seed=1))
    shuffled = ids()
    assert sorted(shuffled) == sorted(made)
    assert shuffled not in (made, made[::-1])
    assert ids(limit=15) + ids(limit=15, offset=15) == shuffled
    sim.clear_faults()
    sim.inject(faults.unordered(seed=2))
    assert ids() not in (shuffled, made, made[::-1])
    sim.inject(faults.unordered(path="/"))
    assert [server["id"] for server in client.get("")["data"]] != sim.server_ids


@pytest.mark.parametrize(
    ("which", "given", "total"), [("oldest", [4, 3, 2], 5), ("newest", [2, 1, 0], 5), ("none", [4, 3, 2, 1, 0], 7)]
)
def test_short_list(sim, client, which, given, total):
    for number in range(5):
        sim.add_job(name=f"n{number}", **BODY)
    sim.inject(faults.short_list(2, which))
    names = [f"n{number}" for number in given]
    whole = client.get("/jobs")
    assert ([row["name"] for row in whole["data"]], whole["total"]) == (names, total)
    pages = [client.get("/jobs", limit=2, offset=offset) for offset in range(0, 8, 2)]
    assert [row["name"] for page in pages for row in page["data"]] == names
    assert {page["total"] for page in pages} == {total}
    assert (client.get("/jobs", name="n3")["data"] == []) == (which != "none")
    sim.inject(faults.short_list(1, path="/"))
    page = client.get("")
    assert (len(page["data"]), page["total"]) == (3, 4)


def test_pages_of_supernodes_take_the_faults_of_lists(connect):
    with Simulator(servers=4, speed=0, supernodes=2) as sim:
        client = connect(sim)
        sim.inject(faults.short_list(path="/hyperinstance/**"))
        sim.inject(faults.list_shape("pages", path="/hyperinstance/**"))
        sim.inject(faults.hostile("<b>"))
        page = client.get("/hyperinstance")
        members = client.get(f"/hyperinstance/{page['data'][0]['id']}/servers")
    for shown in (page, members):
        assert (len(shown["data"]), shown["total"]) == (1, 2)
        assert "pages" not in shown
        assert shown["data"][0]["name"].startswith("<b>")


def test_short_list_is_checked():
    with pytest.raises(ValueError, match="oldest"):
        faults.short_list(which="some")


def test_hostile(sim, client):
    made = client.create(description="d")
    sim.clock.advance(200)
    sim.inject(faults.hostile("\x1b[31m{{ 1 }}"))
    shown = client.get(f"/jobs/{made['id']}")
    assert shown["name"] == "up"
    texts = [shown["description"], shown["user_name"], shown["tasks"][0]["message"], shown["tasks"][0]["server_name"]]
    assert all(text.startswith("\x1b[31m{{ 1 }}") for text in texts)
    assert client.get("")["data"][0]["name"] == "\x1b[31m{{ 1 }}liteserver-978c-00001"
    sim.clear_faults()
    sim.inject(faults.hostile(path="/jobs/**"))
    assert client.get(f"/jobs/{made['id']}")["tasks"][0]["message"] == f"{faults.HOSTILE}success"
    assert client.get("")["data"][0]["name"] == "liteserver-978c-00001"


@pytest.mark.parametrize(
    ("text", "kind", "times", "options"),
    [
        ("lost:reset", "lost", 1, {"how": "reset"}),
        ("lost:502", "lost", 1, {"how": "502"}),
        ("lost:hang:seconds=5", "lost", 1, {"how": "hang", "seconds": 5}),
        ("refuse:429:times=3:retry_after=1", "refuse", 3, {"status": 429, "retry_after": 1}),
        ("refuse:reset:path=/jobs/*:after=2", "refuse", None, {"status": "reset"}),
        ("late:2.5:detail=true", "late", None, {"seconds": 2.5, "detail": True}),
        ("status_word:QUEUEING", "status_word", None, {"word": "QUEUEING", "over": False}),
        ("paging:10:supported=false", "paging", None, {"page_size": 10, "supported": False}),
        ("lost:close:times=always", "lost", None, {"how": "close"}),
        ("sparse", "sparse", None, {}),
        ("expired:after=3", "expired", None, {}),
        ("list_shape:total,pages:path=/", "list_shape", None, {"without": ["total", "pages"]}),
        ("rows:create_at,update_at:iso=true", "rows", None, {"without": ["create_at", "update_at"], "iso": True}),
        ("short_list:2:newest", "short_list", None, {"missing": 2, "which": "newest"}),
        ("no_tasks:4:times=1", "no_tasks", 1, {"abnormal_count": 4}),
    ],
)
def test_the_short_form(text, kind, times, options):
    fault = faults.parse(text)
    assert isinstance(fault, Fault)
    assert (fault.kind, fault.times) == (kind, times)
    assert options.items() <= fault.options.items()


@pytest.mark.parametrize("text", ["", "nonsense", "lost:slowly", "refuse:soon", "late:1:2:3:4:5", "lost:colour=red"])
def test_short_forms_that_are_wrong(text):
    with pytest.raises(ValueError, match="."):
        faults.parse(text)


def test_control_over_http(sim, client):
    root = f"{sim.endpoint}/_simulator"
    session = client.session
    assert session.post(f"{root}/faults", json={"fault": "refuse:503:times=1"}).json()[0]["kind"] == "refuse"
    session.post(f"{root}/faults", json={"kind": "late", "seconds": 9})
    assert [fault.kind for fault in sim.faults.all()] == ["refuse", "late"]
    assert session.post(f"{root}/faults", json={"kind": "odd"}).status_code == 400
    assert session.post(f"{root}/faults", data="[]").status_code == 400
    assert session.delete(f"{root}/faults").json() == []
    assert session.post(f"{root}/outcomes", json={"server": "liteserver-978c-00001", "status": "FAILED"}).ok
    assert session.post(f"{root}/outcomes", json={"server": "nobody", "status": "FAILED"}).status_code == 400
    made = session.post(f"{root}/jobs", json={"name": "console", "server_ids": sim.server_ids[:1]}).json()
    assert session.post(f"{root}/clock", json={"advance": 200}).ok
    assert client.get(f"/jobs/{made['id']}")["abnormal_count"] == 1
    assert session.post(f"{root}/clock", json={"advance": "much"}).status_code == 400
    assert session.post(f"{root}/jobs", json={"server_ids": ["nobody"]}).status_code == 400
    assert len(sim.requests) == 1


def test_a_server_vanishes_between_two_pages(sim, client):
    one, two, three, four = sim.server_ids
    fault = sim.inject(faults.vanish())
    assert [server["id"] for server in client.get("", limit=2)["data"]] == [one, two]
    page = client.get("", limit=2, offset=2)
    assert ([server["id"] for server in page["data"]], page["total"]) == ([four], 3)
    assert client("GET", f"/{one}").json()["error_code"] == "ModelArts.6404"
    assert fault.hits == 1
    again = [server["id"] for offset in (0, 2) for server in client.get("", limit=2, offset=offset)["data"]]
    assert again == [two, three, four]
