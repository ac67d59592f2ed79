# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules that tell of an operation: a report in files, a verdict for each host."""

from __future__ import annotations

import json

from tests.integration.playbook import documentation, task

REPORT = "huaweicloud.modelarts.liteserver_report"
ROLLOUT = "huaweicloud.modelarts.liteserver_rollout"
VERDICT = "huaweicloud.modelarts.liteserver_verdict"
DOCUMENT = {"operation": "diagnosis", "servers": [{"id": "a", "name": "n1", "verdict": "success", "message": "ä <b>"}]}


def test_a_report_is_written_once_in_all_forms(playbook, tmp_path):
    path = tmp_path / "new" / "folder" / "report"
    options = {
        "path": "$REPORTS/new/folder/report",
        "report": DOCUMENT,
        "texts": {".csv": "a,b\n", ".versions.json": "[]"},
    }
    runs = playbook.twice([task("report", REPORT, options)], env={"REPORTS": str(tmp_path)})
    endings = (".json", ".md", ".html", ".csv", ".versions.json")
    assert runs.check.tasks["report"]["files"] == [f"{path}{ending}" for ending in endings]
    assert sorted(file.name for file in path.parent.iterdir()) == sorted(f"report{ending}" for ending in endings)
    assert {file.stat().st_mode & 0o777 for file in path.parent.iterdir()} == {0o600}
    assert json.loads((path.parent / "report.json").read_text("utf-8"))["servers"][0]["message"] == "ä <b>"
    assert "ä &lt;b&gt;" in (path.parent / "report.html").read_text("utf-8")
    assert (path.parent / "report.csv").read_text("utf-8") == "a,b\n"


def test_the_example_says_what_happened_in_words(playbook, tmp_path):
    (example,) = documentation("liteserver_report", "EXAMPLES")
    options = {**example[REPORT], "path": str(tmp_path / "report")}
    playbook.tasks([task("report", REPORT, options)])
    texts = {ending: (tmp_path / f"report.{ending}").read_text("utf-8") for ending in ("md", "html")}
    assert texts["md"].startswith("# HDK upgrade to 24.1.0.3")
    assert texts["html"].startswith("<!DOCTYPE html>")
    assert all("24.1.rc3.10" in text and "12 min 40 s" in text for text in texts.values())


def test_check_mode_makes_no_folder(playbook, tmp_path):
    path = tmp_path / "new" / "report"
    result = playbook.tasks([task("report", REPORT, {"path": str(path), "report": DOCUMENT})], check=True)
    assert result.tasks["report"]["changed"]
    assert not path.parent.exists()


def test_a_report_that_cannot_be_written(playbook, tmp_path):
    (tmp_path / "file").write_text("in the way")
    tasks = [
        task("blocked", REPORT, {"path": f"{tmp_path}/file/report", "report": DOCUMENT}, ignore_errors=True),
        task("nothing", REPORT, {"path": f"{tmp_path}/report"}, ignore_errors=True),
        task("text", REPORT, {"path": f"{tmp_path}/report", "report": "text"}, ignore_errors=True),
        task("no name", REPORT, {"path": "", "report": DOCUMENT}, ignore_errors=True),
        *(
            task(
                f"texts {number}",
                REPORT,
                {"path": f"{tmp_path}/report", "report": DOCUMENT, "texts": texts},
                ignore_errors=True,
            )
            for number, texts in enumerate(({5: "x"}, {"/../evil": "x"}, {"csv": "x"}, {".json": "x"}, {".csv": None}))
        ),
        task("mistyped", REPORT, {"path": f"{tmp_path}/report", "report": DOCUMENT, "text": {}}, ignore_errors=True),
    ]
    result = playbook.tasks(tasks)
    said = {name: found["msg"] for name, found in result.tasks.items()}
    assert said["blocked"].startswith(f"path: {tmp_path}/file")
    assert "cannot be written: File exists. Give another path." in said["blocked"]
    assert "missing required arguments: report" in said["nothing"]
    assert said["no name"] == "path: '' names no file. Give the path of the files, without their endings."
    no_ending = "is no ending of a file. Give one that begins with a dot, such as .csv."
    assert [said[f"texts {number}"] for number in range(5)] == [
        f"texts: 5 {no_ending}",
        f"texts: '/../evil' {no_ending}",
        f"texts: 'csv' {no_ending}",
        "texts: .json is what the report itself is written to. Give another ending.",
        "texts: .csv has no text. Give one, or leave the ending out.",
    ]
    assert "dictionary" in said["text"], said["text"]
    assert "text" in said["mistyped"]
    assert not list(tmp_path.glob("report*"))


def test_each_host_hears_of_its_server(playbook):
    told = {
        "id-a": {"msg": "a {{ 7 * 7 }}", "changed": True, "failed": False},
        "b": {"msg": "b", "changed": False, "failed": True},
        "123": {"msg": "123", "changed": False, "failed": False},
        "*": {"msg": "all", "changed": False, "failed": False},
    }
    hosts = {
        "a": {"liteserver_id": "{{ 'id-' ~ inventory_hostname }}"},
        "number": {"liteserver_id": 123},
        "b": {},
        "c": {"liteserver_id": None},
        "localhost": {},
    }
    fact = {"told": {key: {**one, "msg": "{% raw %}" + one["msg"] + "{% endraw %}"} for key, one in told.items()}}
    play = [
        {
            "hosts": "all",
            "gather_facts": False,
            "tasks": [
                task("set", "ansible.builtin.set_fact", fact, run_once=True),
                task("verdict", VERDICT, {"var": "told"}),
            ],
        }
    ]
    unreachable = {"ansible_connection": "ssh", "ansible_host": "192.0.2.1"}
    result = playbook.play(play, inventory={"all": {"hosts": hosts, "vars": unreachable}})
    assert result.rc == 2
    assert {host: result.on(host)["verdict"]["msg"] for host in hosts} == {
        "a": "a {{ 7 * 7 }}",
        "number": "123",
        "b": "b",
        "c": "all",
        "localhost": "all",
    }
    assert [host for host, stats in result.stats.items() if stats["failures"]] == ["b"]
    assert result.stats["a"]["changed"] == 1


def test_a_verdict_without_a_variable_of_that_kind(playbook):
    tasks = [
        task("none", VERDICT, {"var": "nothing"}, ignore_errors=True),
        task("no run", ROLLOUT, {"step": "wave"}, ignore_errors=True),
        task("no step", ROLLOUT, {"step": "waves"}, ignore_errors=True),
        task("unknown", ROLLOUT, {"step": "wave", "run": "/nowhere", "weve": 1}, ignore_errors=True),
        task("of a role", VERDICT, {"var": "__nothing"}, ignore_errors=True),
        task("other", VERDICT, {"var": "inventory_hostname"}, ignore_errors=True),
        task("missing", VERDICT, {}, ignore_errors=True),
    ]
    said = {name: found["msg"] for name, found in playbook.tasks(tasks).tasks.items()}
    assert (
        said["none"] == "var: nothing is neither the result of an operation nor a fact with what hosts are told. "
        "Give the name of such a variable, without braces."
    )
    assert said["no run"] == "step is wave but all of the following are missing: run"
    assert said["no step"].startswith("value of step must be one of: plan, wave, hook, end, got: waves")
    assert said["unknown"] == f"Invalid options for {ROLLOUT}: weve"
    assert said["of a role"].startswith(
        "Nothing was done for this host, since the task that works for all hosts did not run."
    )
    assert said["other"].startswith("var: inventory_hostname is neither")
    assert "one of the following is required: run, var" in said["missing"]


def test_a_verdict_by_the_folder_of_a_run(playbook, tmp_path):
    """A host of another Lite Server is told so; one that is none stands for all."""
    lines = [["*", {"msg": "1 of 2", "changed": False, "failed": True}], ["id-a", {"msg": "done", "changed": True}]]
    (tmp_path / "verdicts.json").write_text("".join(json.dumps(line) + "\n" for line in lines))
    uuid = "66d210bc-023c-490a-8664-afd321a163ad"
    hosts = {"a": {"liteserver_id": "id-a"}, "b": {"liteserver_id": "id-b"}, uuid: {}, "bastion": {}}
    tasks = [
        task("verdict", VERDICT, {"run": str(tmp_path)}, ignore_errors=True),
        task("gone", VERDICT, {"run": str(tmp_path / "gone")}, ignore_errors=True),
        task("none", VERDICT, {"run": ""}, ignore_errors=True),
    ]
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    result = playbook.play([play], inventory={"all": {"hosts": hosts}})
    other = "not a server of this run"
    assert {host: result.on(host)["verdict"]["msg"] for host in hosts} == {
        "a": "done",
        "b": other,
        uuid: other,
        "bastion": "1 of 2",
    }
    assert result.on("a")["gone"]["msg"].startswith(f"The journal {tmp_path}/gone/verdicts.json cannot be used")
    assert result.on("a")["none"]["msg"].startswith("Nothing was done for this host")
    assert [result.on(host)["verdict"]["failed"] for host in hosts] == [False, False, False, True]
