# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hooks that come with hdk_upgrade, with stand-ins for the tools that they call."""

from __future__ import annotations

import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from tests.integration.stand_ins import Cluster
from tests.integration.upgrading import UNREACHABLE, rollouts  # noqa: F401  # pylint: disable=unused-import

HOOKS = Path(__file__).resolve().parents[2] / "roles" / "hdk_upgrade" / "hooks"
LABEL = "huaweicloud.modelarts/hdk_upgrade"
OURS = {LABEL: "cordoned"}


class Hooks:
    """Runs hooks one after the other in one play, each for a wave of its own, and tells them apart."""

    def __init__(self, playbook, *hosts, **hostvars):
        self.playbook = playbook
        self.hosts = {host: {"liteserver_id": f"id-{host}", **hostvars.get(host, {})} for host in hosts}
        self.tasks = []
        self.said = {}

    def add(self, name, hook, hosts=(), servers=None, **variables):
        """A hook to run for the servers of these hosts, or for other servers."""
        ids = [self.hosts[host]["liteserver_id"] for host in hosts] if servers is None else servers
        wave = {"hdk_upgrade_wave": 1, "hdk_upgrade_wave_servers": ids, "hdk_upgrade_wave_hosts": list(hosts)}
        why = {"name": f"failed {name}", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}
        self.tasks += [
            {
                "name": name,
                "vars": {**wave, **variables},
                "block": [{"name": f"begin {name}", "ansible.builtin.include_tasks": f"{HOOKS / hook}.yml"}],
                "rescue": [why],
            },
        ]

    def run(self, **how):
        """Run them on the first of the hosts, none of which can be reached."""
        file = self.playbook.directory / "hooks.yml"
        file.write_text(yaml.safe_dump(self.tasks, sort_keys=False), encoding="utf-8")
        # As the role does it: what is included runs on one host, and is no run_once itself.
        once = {"name": "once", "ansible.builtin.include_tasks": str(file), "run_once": True}
        play = {"hosts": "nodes", "gather_facts": False, "tasks": [once]}
        inventory = {"nodes": {"hosts": self.hosts, "vars": UNREACHABLE}}
        # Ansible's default: a command finds it by HOME, here and in containers another folder than the home of the account.
        env = {"ANSIBLE_ASYNC_DIR": "~/.ansible_async"}
        result = self.playbook.play([play], inventory=inventory, env=env, **how)
        name = None
        for event in result.events:
            if event["kind"] == "task":
                if event["task"].startswith("begin "):
                    name = event["task"].removeprefix("begin ")
                self.said.setdefault(name, []).append(event)
        assert result.rc == 0, result.output
        return result

    def why(self, name):
        """Why a hook failed."""
        return next((event["result"]["msg"] for event in self.said[name] if event["task"] == f"failed {name}"), None)

    def changed(self, name):
        """Whether a hook has changed anything."""
        assert self.why(name) is None
        return any(event["result"].get("changed") for event in self.said[name])

    def told(self, name):
        """What a hook has told."""
        found = [event for event in self.said[name] if event["action"] == "ansible.builtin.debug"]
        return [event["result"]["msg"] for event in found if event["status"] == "ok"]


def pods(*kinds, **more):
    """A node with a pod of each of these kinds."""
    return {"pods": {f"{kind}-1": kind for kind in kinds}, **more}


def words(calls):
    """Calls without the options before the verb, and without those that do not matter here."""
    return [[word for word in call if not word.startswith(("--context", "--request-timeout"))] for call in calls]


def patched(calls):
    """The nodes of each patch, and whether it cordons."""
    found = [call for call in calls if "patch" in call]
    return [(call[call.index("nodes") + 1 : -2], json.loads(call[-1].removeprefix("--patch="))) for call in found]


CORDON = {"metadata": {"labels": OURS}, "spec": {"unschedulable": True}}
UNCORDON = {"metadata": {"labels": {LABEL: None}}, "spec": {"unschedulable": None}}
STRANGER = "These servers are no hosts of the play, so their nodes are not known: id-x."


def test_kubernetes_drains_and_uncordons(playbook, tmp_path):
    """What an administrator cordoned stays so; again there is nothing to do; the nodes are drained side by side.

    Servers without a node are left out where that is allowed.
    """
    hooks = Hooks(playbook, *"abcd", c={"kubernetes_node": "node-c"}, d={"kubernetes_node": "node-d"})
    nodes = {
        "a": pods("replica", "daemon"),
        "b": pods("replica", labels={LABEL: "cordoned", "zone": "1"}),  # a leftover: it is not cordoned
        "node-c": pods("replica", cordoned=True),
        "z": pods("replica"),
    }
    cluster = Cluster(tmp_path / "k8s", "kubectl", nodes, together=3)
    servers = {"hosts": list("abcd"), "servers": ["id-a", "id-b", "id-c", "id-d", "id-x"]}
    wave = {**servers, "kubernetes_poll_interval": "1", "kubernetes_args": "--context=prod"}
    steps = {"drain": "drain", "drain again": "drain", "uncordon": "uncordon", "uncordon again": "uncordon"}
    for name, step in steps.items():
        options = {"kubernetes_kubectl": cluster.command(name), "kubernetes_allow_missing": "yes"}
        options.update({"kubernetes_parallel": 1} if name == "drain again" else {})
        hooks.add(name, f"kubernetes_{step}", **wave, **options)
    alone = {"servers": ["id-x"], "kubernetes_kubectl": cluster.command("no host")}
    hooks.add("no host", "kubernetes_drain", **alone, kubernetes_allow_missing=True)
    hooks.run()

    assert [hooks.changed(name) for name in steps] == [True, False, True, False]
    columns = (
        "--output=custom-columns=NAME:.metadata.name,CORDONED:.spec.unschedulable,OURS:.metadata.labels.huaweicloud"
    )
    look = [
        "get",
        "nodes",
        "a",
        "b",
        "node-c",
        "node-d",
        "--ignore-not-found",
        "--no-headers",
        columns + r"\.modelarts/hdk_upgrade",
    ]
    left_out = "They are left out, as kubernetes_allow_missing allows."
    for name in steps:
        assert words(cluster.calls(name))[0] == look
        assert cluster.calls(name)[0][0] == "--context=prod"
        assert hooks.told(name) == [
            f"{STRANGER} The cluster has no node of these names: node-d, of the hosts d. {left_out}",
            "Cordoned by somebody else, and so left cordoned after the wave: node-c",
        ]
    drain = ["drain", "--timeout=1800s", "--ignore-daemonsets"]
    assert sorted(words(cluster.calls("drain"))[2:]) == [[*drain, node] for node in ("a", "b", "node-c")]
    assert words(cluster.calls("drain again"))[1:] == [[*drain, "a", "b", "node-c"]]
    assert patched(cluster.calls("drain")) == [(["a", "b"], CORDON)]
    assert patched(cluster.calls("uncordon")) == [(["a", "b"], UNCORDON)]
    assert [len(cluster.calls(name)) for name in steps] == [5, 2, 2, 1]
    assert cluster.nodes == {
        "a": {"pods": {"daemon-1": "daemon"}, "cordoned": False, "labels": {}},
        "b": {"pods": {}, "cordoned": False, "labels": {"zone": "1"}},
        "node-c": {"pods": {}, "cordoned": True},
        "z": nodes["z"],
    }
    assert hooks.told("no host") == [f"{STRANGER} {left_out}"]
    assert cluster.calls("no host") == []  # without names kubectl would mean all nodes


def test_kubernetes_tells_why_it_failed(playbook, tmp_path):
    """The tool's own line and the node's name, of each drain that failed, here on a bastion and with all flags."""
    marker = tmp_path / "bastion"
    python = tmp_path / "python"
    python.write_text(f'#!/bin/sh\n: >{marker}\nexec {sys.executable} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    bastion = {"ansible_connection": "local", "ansible_become": False, "ansible_python_interpreter": str(python)}
    hooks = Hooks(
        playbook, *"abcde", "bastion", b={"kubernetes_node": "--all"}, d={"kubernetes_node": "node-d"}, bastion=bastion
    )
    flags = {
        "kubernetes_ignore_daemonsets": "false",
        "kubernetes_delete_emptydir_data": "true",
        "kubernetes_force": True,
        "kubernetes_grace_period": 0,
        "kubernetes_drain_timeout": "60",
        "kubernetes_parallel": 2,
        "kubernetes_run_on": "bastion",
    }
    nodes = {"a": pods("guarded"), "c": pods("daemon"), "node-d": pods("local", "bare"), "e": pods("daemon")}
    blocked = Cluster(tmp_path / "blocked", "kubectl", nodes)
    options = {"kubernetes_kubectl": blocked.command(), "kubernetes_poll_interval": 1, **flags}
    forbidden = Cluster(tmp_path / "forbidden", "kubectl", nodes, forbidden=True)
    hooks.add("forbidden", "kubernetes_drain", ["a", "c"], kubernetes_kubectl=forbidden.command())
    hooks.add("no tool", "kubernetes_drain", ["a"], kubernetes_kubectl=str(tmp_path / "none"))
    partly = Cluster(tmp_path / "partly", "kubectl", {"c": pods("replica")})
    servers = {"hosts": ["c", "d"], "servers": ["id-c", "id-d", "id-x"], "kubernetes_kubectl": partly.command()}
    hooks.add("missing", "kubernetes_drain", **servers)
    wrong = {"kubernetes_drain_timeout": 0, "kubernetes_grace_period": "1m", "kubernetes_force": "maybe"}
    hooks.add("wrong", "kubernetes_drain", ["a", "b"], **wrong, kubernetes_args={"context": "prod"})
    hooks.add("blocked", "kubernetes_drain", list("acde"), **options)
    hooks.run()

    daemon = "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore): default/daemon-1"
    assert hooks.why("blocked") == (
        f'a: error when evicting pods/"guarded-1" -n "default": global timeout reached: 60s; c: {daemon}; e: {daemon}'
    )
    assert marker.exists()
    drain = ["drain", "--timeout=60s", "--grace-period=0", "--delete-emptydir-data", "--force"]
    assert sorted(blocked.calls()[2:]) == [[*drain, "a", "c"], [*drain, "node-d", "e"]]
    assert {name: node["cordoned"] for name, node in blocked.nodes.items()} == dict.fromkeys(nodes, True)
    assert [name for name, node in blocked.nodes.items() if not node["pods"]] == ["node-d"]
    assert hooks.why("forbidden").startswith('a, c: Error from server (Forbidden): nodes "a" is forbidden')
    assert hooks.why("no tool") == (
        f"a: {tmp_path / 'none'} cannot be run where the hook runs it (kubernetes_run_on). Install it there, or give its path as "
        "kubernetes_kubectl"
    )
    lost = "The cluster has no node of these names: node-d, of the hosts d."
    way_out = "Name the node of a host by its variable kubernetes_node, or set kubernetes_allow_missing to go on without such servers."
    assert hooks.why("missing") == f"{STRANGER} {lost} {way_out}"
    assert partly.nodes == {"c": pods("replica")}
    assert hooks.why("wrong") == (
        "kubernetes_grace_period is 1m. Give a whole number. kubernetes_drain_timeout is 0. Give a whole number above 0. "
        "kubernetes_force is maybe. Give true or false. kubernetes_args is {'context': 'prod'}. Give a list, or text. "
        "--all is no name of a node. Name the node of b by the host variable kubernetes_node."
    )


def test_slurm_drains_and_resumes(playbook, tmp_path):
    """Until no job runs there, also where somebody else drained; what somebody else took out of service stays out.

    Servers without a node are left out where that is allowed.
    """
    hooks = Hooks(playbook, *"abcdefghi", b={"slurm_node": "node-b"})
    reason = 4711  # the number of a change, as YAML reads it
    nodes = {
        "a": {"state": "IDLE*"},
        "node-b": {"state": "MIXED", "looks": 2},
        "c": {"state": "IDLE+DRAIN", "reason": "bad disk"},
        "d": {"state": "ALLOCATED+DRAIN+COMPLETING", "reason": f"{reason}2", "looks": 2},
        "e": {"state": "DOWN", "reason": "Not responding"},
        "f": {"state": "IDLE+PLANNED"},
        # After the restart that an upgrade may bring: Slurm appends to the reason.
        "g": {"state": "DOWN*+DRAIN", "reason": f"{reason} : Not responding"},
        "h": {"state": "IDLE+DRAIN", "reason": f"{reason} of the rack"},
        "z": {"state": "IDLE"},
    }
    cluster = Cluster(tmp_path / "slurm", "scontrol", nodes, up=1, down=1)
    ids = [f"id-{name}" for name in "abcdefghix"]
    servers = {"hosts": list("abcdefghi"), "servers": ids, "slurm_allow_missing": True}
    wave = {**servers, "slurm_poll_interval": "1", "slurm_args": ["--cluster", "c1"], "slurm_reason": reason}
    steps = {"drain": "drain", "drain again": "drain", "resume": "resume", "resume again": "resume"}
    for name, step in steps.items():
        hooks.add(name, f"slurm_{step}", **wave, slurm_scontrol=cluster.command(name))
    hooks.run()

    assert [hooks.changed(name) for name in steps] == [True, False, True, False]
    show = ["--cluster", "c1", "--oneliner", "show", "node", "a,node-b,c,d,e,f,g,h,i"]
    update = ["--cluster", "c1", "update"]
    drain, *looks = cluster.calls("drain")[1:]
    assert drain == [*update, "NodeName=a,node-b,f", "State=DRAIN", f"Reason={reason}"]
    assert looks == [show] * 3  # the first of them is not answered, the next one sees jobs
    assert cluster.calls("drain again") == cluster.calls("resume again") == [show]
    assert cluster.calls("resume") == [show, [*update, "NodeName=a,node-b,f,g", "State=RESUME"]]
    told = [
        f"{STRANGER} The cluster has no node of these names: i, of the hosts i. They are left out, as slurm_allow_missing allows.",
        "Taken out of service by somebody else, and so left out of service after the wave: c, d, e, h",
    ]
    assert [hooks.told(name) for name in steps] == [told] * 4
    assert {name: node["state"] for name, node in cluster.nodes.items()} == {
        **dict.fromkeys(("node-b", "f", "z"), "IDLE"),
        **dict.fromkeys(("c", "d", "h"), "IDLE+DRAIN"),
        **dict.fromkeys(("a", "g"), "IDLE*"),
        "e": "DOWN",
    }
    assert [cluster.nodes[name]["reason"] for name in "cdeh"] == [nodes[name]["reason"] for name in "cdeh"]


def test_slurm_tells_why_it_failed(playbook, tmp_path):
    """The tool's own line and the node's name, and where jobs still run; no name may mean other nodes."""
    hooks = Hooks(playbook, *"abcde", c={"slurm_node": "n[1-9]"}, d={"slurm_node": "ALL"})
    reason = "by us, for maintenance"
    ours = {"state": "IDLE+DRAIN", "reason": reason}
    nodes = {"a": {"state": "ALLOCATED"}, "b": {"state": "IDLE"}, "e": ours}
    # With an interval that is longer than the time-out, nodes are looked at once more.
    common = {"slurm_poll_interval": 2, "slurm_drain_timeout": 1, "slurm_reason": reason}
    clusters = {}
    for name, how in (("busy", {}), ("denied", {"denied": True}), ("lost", {"up": 1, "down": 9})):
        clusters[name] = Cluster(tmp_path / name, "scontrol", nodes, **how)
        hooks.add(name, "slurm_drain", ["a", "b", "e"], **common, slurm_scontrol=clusters[name].command())
    partly = Cluster(tmp_path / "partly", "scontrol", {"b": {"state": "IDLE"}})
    servers = {"hosts": ["a", "b"], "servers": ["id-a", "id-b", "id-x"], "slurm_scontrol": partly.command()}
    hooks.add("missing", "slurm_drain", **servers)
    wrong = {"slurm_poll_interval": "fast", "slurm_reason": 'the "big" one', "slurm_allow_missing": "ture"}
    hooks.add("wrong", "slurm_resume", ["c", "d"], **wrong)
    hooks.run()

    assert hooks.why("busy") == "After 1 s (slurm_drain_timeout) jobs may still run: a is ALLOCATED+DRAIN"
    assert hooks.told("busy") == [hooks.why("busy")]  # and not that somebody else drained the one that we have
    assert clusters["busy"].nodes["b"] == ours
    assert [call[0] for call in clusters["busy"].calls()] == ["--oneliner", "update", "--oneliner", "--oneliner"]
    assert hooks.why("denied") == "a, b, e: slurm_update error: Access/permission denied"
    unreachable = "a, b, e: slurm_load_node error: Unable to contact slurm controller (connect failure)"
    assert hooks.why("lost") == unreachable
    assert clusters["lost"].nodes["b"]["state"] == "IDLE+DRAIN"
    missing = f"{STRANGER} The cluster has no node of these names: a, of the hosts a."
    way_out = (
        "Name the node of a host by its variable slurm_node, or set slurm_allow_missing to go on without such servers."
    )
    assert hooks.why("missing") == f"{missing} {way_out}"
    assert partly.nodes == {"b": {"state": "IDLE"}}
    assert hooks.why("wrong") == (
        'slurm_reason is the "big" one. Give one line without quotes and brackets. '
        "slurm_poll_interval is fast. Give a whole number above 0. slurm_allow_missing is ture. Give true or false. "
        "n[1-9] is no name of a node. Name the node of c by the host variable slurm_node. "
        "ALL is no name of a node. Name the node of d by the host variable slurm_node."
    )


def test_check_mode_looks_and_changes_nothing(playbook, tmp_path):
    """It predicts that something would be changed."""
    hooks = Hooks(playbook, "a")
    kubernetes = Cluster(tmp_path / "k8s", "kubectl", {"a": pods("replica")})
    slurm = Cluster(tmp_path / "slurm", "scontrol", {"a": {"state": "MIXED"}})
    tools = {"kubernetes_kubectl": kubernetes.command(), "slurm_scontrol": slurm.command()}
    for hook in ("kubernetes_drain", "kubernetes_uncordon", "slurm_drain", "slurm_resume"):
        hooks.add(hook, hook, ["a"], **tools)
    hooks.run(check=True)
    assert [hooks.why(name) for name in hooks.said if name] == [None] * 4
    assert kubernetes.nodes == {"a": pods("replica")}
    assert slurm.nodes == {"a": {"state": "MIXED"}}
    assert [call[0] for call in words(kubernetes.calls())] == ["get"] * 2
    assert [call[1] for call in slurm.calls()] == ["show"] * 2


@pytest.fixture
def receiver():
    """A small HTTP server: what it was sent, as (method, path with query, content type, token, body)."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            kept = (self.headers["Content-Type"], self.headers["X-Token"])
            received.append((self.command, self.path, *kept, body))
            self.send_response(307 if "/moved" in self.path else 403 if "/forbidden" in self.path else 201)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_PUT

        def log_message(self, *_arguments):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", received
        server.shutdown()
        thread.join()


def test_the_table_names_every_variable():
    """And no other."""
    used = set()
    for file in HOOKS.glob("*.yml"):
        used |= set(re.findall(r"\b(?:kubernetes|slurm|report_upload)_[a-z_]+", file.read_text(encoding="utf-8")))
    rows = re.findall(r"^\| `(\w+)` \|", (HOOKS / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(used) == sorted(rows)


def snippet(mark):
    """The task file in hooks/README.md that begins with a comment of this name."""
    blocks = re.findall(r"```yaml\n(.*?)```", (HOOKS / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return next(block for block in blocks if block.startswith(f"# {mark}"))


def test_at_end_uploads_mails_and_files_a_ticket(playbook, tmp_path, receiver):
    """Below a directory under their names, or one file to a presigned URL, which nothing shows; the documented tasks work."""
    url, received = receiver
    files = []
    for ending in ("json", "md", "html"):
        path = tmp_path / f"hdk_upgrade-1.{ending}"
        path.write_text(f"the {ending}", encoding="utf-8")
        files.append(str(path))
    ending = {
        "outcome": "failed",
        "stopped": "the canary failed",
        "summary": {"upgraded": 1, "failed": 1},
        "failed": ["id-b"],
        "servers": {
            "id-a": {"name": "a", "reason": "fine"},
            "id-b": {"name": "b", "reason": "device 3 is not healthy"},
        },
        "report": files,
    }
    mailer = tmp_path / "mail"
    mailer.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {tmp_path}/mailed\ncat >> {tmp_path}/mailed\n', encoding="utf-8"
    )
    mailer.chmod(0o755)
    for name in ("mail", "ticket"):
        (tmp_path / f"{name}.yml").write_text(snippet(f"{name}.yml").replace("argv: [mail,", f"argv: [{mailer},"))
    hooks = Hooks(playbook, "a")
    common = {"hdk_upgrade_result": ending}
    signed = f"{url}/bucket/report?X-Amz-Signature=5ecre7"
    hooks.add(
        "all", "report_upload", **common, report_upload_url=f"{url}/dav/", report_upload_headers={"X-Token": "t0ken"}
    )
    hooks.add("one", "report_upload", **common, report_upload_url=signed)
    hooks.add("refused", "report_upload", **common, report_upload_url=signed.replace("bucket", "forbidden"))
    hooks.add("moved", "report_upload", **common, report_upload_url=signed.replace("bucket", "moved"))
    hooks.add("no server", "report_upload", **common, report_upload_url="http://127.0.0.1:9/?X-Amz-Signature=5ecre7")
    hooks.add("nowhere", "report_upload", **common)
    given = {
        "url": "reports",
        "form": "html|json",
        "headers": "X-Token: t0ken",
        "timeout": "x",
        "validate_certs": "maybe",
    }
    hooks.add("wrong", "report_upload", **common, **{f"report_upload_{name}": value for name, value in given.items()})
    hooks.add("nothing", "report_upload", hdk_upgrade_result={**ending, "report": []}, report_upload_url=signed)
    for name in ("mail", "ticket"):
        hooks.add(
            name,
            tmp_path / name,
            **common,
            ticket_url=f"{url}/tickets",
            ticket_token="t0ken",
            mail_to="fleet@example.com",
        )
    result = hooks.run(verbosity=1)

    kinds = ("application/json", "text/markdown; charset=utf-8", "text/html; charset=utf-8")
    uploads = [("PUT", f"/dav/{Path(file).name}", kind, "t0ken") for file, kind in zip(files, kinds)]
    assert [sent[:4] for sent in received[:3]] == uploads
    assert [sent[4] for sent in received[:3]] == ["the json", "the md", "the html"]
    assert received[3][1:] == ("/bucket/report?X-Amz-Signature=5ecre7", "text/html; charset=utf-8", None, "the html")
    assert hooks.changed("all") and hooks.changed("one")
    assert hooks.why("refused") == "hdk_upgrade-1.html was not uploaded: HTTP 403"
    assert hooks.why("moved") == "hdk_upgrade-1.html was not uploaded: HTTP 307"
    assert hooks.why("no server") == "hdk_upgrade-1.html was not uploaded: no answer"
    assert hooks.why("nowhere").startswith("report_upload_url is missing.")
    assert hooks.why("nothing") == "There is no file of a report. Set hdk_upgrade_report_dir."
    assert hooks.why("wrong") == (
        "report_upload_url is no URL. Give one that begins with https:// or http://. "
        "report_upload_form is html|json. Give json, md or html. "
        "report_upload_headers is no dictionary. Give one of names and values. "
        "report_upload_timeout is x. Give a whole number above 0. report_upload_validate_certs is maybe. Give true or false."
    )
    assert "5ecre7" not in result.output and "t0ken" not in result.output

    mailed = (tmp_path / "mailed").read_text(encoding="utf-8")
    assert "fleet@example.com" in mailed and "b: device 3 is not healthy" in mailed and "fine" not in mailed
    _method, path, kind, _token, body = received[-1]
    assert (path, kind) == ("/tickets", "application/json")
    assert "b: device 3 is not healthy" in json.loads(body)["description"]
    assert len(received) == 7


@pytest.mark.parametrize("sim", [{"servers": 3, "speed": 600}], indirect=True)
def test_a_rollout_drains_and_uncordons_each_wave(sim, rollouts, tmp_path):  # noqa: F811
    """The canary first; the server that failed stays cordoned, and so does what an administrator had cordoned."""
    names = [sim.servers[server_id].name for server_id in sim.server_ids]
    nodes = {name: pods("replica", "daemon") for name in names}
    cluster = Cluster(tmp_path / "k8s", "kubectl", {**nodes, names[1]: pods("replica", "daemon", cordoned=True)})
    sim.outcome(sim.server_ids[2], "FAILED")
    tool = {"kubernetes_kubectl": cluster.command(), "kubernetes_poll_interval": 1, "kubernetes_parallel": 1}
    hooks = {"before_wave": "kubernetes_drain", "after_wave": "kubernetes_uncordon.yml"}  # as they come with the role
    play = rollouts.start(options={"max_failures": 1, **hooks}, variables=tool).wait()
    (report,) = rollouts.reports.glob("*.json")
    verdicts = {one["id"]: one["verdict"] for one in json.loads(report.read_text(encoding="utf-8"))["servers"]}
    assert [verdicts[server_id] for server_id in sim.server_ids] == ["upgraded", "upgraded", "failed"], play.output
    assert [call for call, _patch in patched(cluster.calls())] == [[names[0]], [names[0]], [names[2]]]
    assert [patch for _call, patch in patched(cluster.calls())] == [CORDON, UNCORDON, CORDON]
    assert [call[3:] for call in cluster.calls() if call[0] == "drain"] == [names[:1], names[1:]]
    assert [cluster.nodes[name]["cordoned"] for name in names] == [False, True, True]
    assert [cluster.nodes[name].get("labels") for name in names] == [{}, None, OURS]
    assert {tuple(node["pods"]) for node in cluster.nodes.values()} == {("daemon-1",)}
