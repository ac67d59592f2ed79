# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret of each kind goes through every path. None is on the screen, in a result, or in a file that a run leaves.

One run of ansible-runner has all paths at once: success, failure, refusal, diff, warnings, -vvvv, both doors of a module, roles
with hooks and reports, inventory and its cache, the cache of facts, Ansible's log, and runner's own files.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import ansible_runner
import pytest
import yaml

from tests.integration.playbook import JOB, Playbook, task, upgrade
from tests.simulator import Simulator, faults

ROOT = Path(__file__).resolve().parents[2]
SERVERS = "huaweicloud.modelarts.liteserver_info"
TEMPLATES = "huaweicloud.modelarts.liteserver_job_template_info"
SHELL = "ansible.builtin.command"
BY_PROCESS = {"modelarts_in_process": False}
# By kind. Each is one that nothing else contains.
CANARIES = {
    "access key": "CANARYACCESSKEY0001",
    "secret key": "canarySecretKey0002canarySecretKey0002",
    "security token": "canarySecurityToken0003+/==",
    "token": "canaryAuthToken0004",
    "password of a proxy": "canaryProxyPassword0005",
    "password in an endpoint": "canaryEndpointPassword0006",
    "value of a spec": "canarySpecValue0007",
    "what a no_log hook said": "canaryHookSaid0008",
    "key of another profile": "canaryProfileKey0009canaryProfileKey0009",
    "password in a cloud": "canaryCloudPassword0010",
    "password in a region": "canaryRegionPassword0011",
}
SECRETS = {kind.replace(" ", "_"): secret for kind, secret in CANARIES.items()}
# A new core shows the lines of a playbook around a task that failed, so the secrets are in a file of variables.
LOGIN = "https://canaryuser:{{ password_in_an_endpoint }}@example.com"
SECRET_SPEC = {"version": "24.1.0.3", "accessPassword": "{{ value_of_a_spec }}"}
IGNORED = {"ignore_errors": True}


@pytest.fixture
def sim():
    keys = {"access_key": CANARIES["access key"], "secret_key": CANARIES["secret key"], "auth_token": CANARIES["token"]}
    with Simulator(servers=4, speed=1000, security_token=CANARIES["security token"], **keys) as simulator:
        yield simulator


def shown(folder: Path, text: str) -> dict[str, list[str]]:
    """By kind of secret: the files below a folder that hold it, and "screen" where the text does."""
    found: dict[str, list[str]] = {}
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for kind, secret in CANARIES.items():
        places = [name for name, content in files.items() if secret.encode() in content or secret in name]
        found[kind] = [*places, *(["screen"] if secret in text else [])]
    return {kind: places for kind, places in found.items() if places}


def broken(folder: Path) -> Path:
    """A copy of the collection with a fault: the call that reads templates ends in an exception that holds the keys."""
    place = folder / "collections"
    copy = place / "ansible_collections" / "huaweicloud" / "modelarts"
    shutil.copytree(ROOT / "plugins", copy / "plugins", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("roles", "meta", "galaxy.yml"):
        (copy / name).symlink_to(ROOT / name)
    client = copy / "plugins" / "module_utils" / "_client.py"
    fault = "\n\ndef _fail(self, query=None):\n    raise KeyError(self.signer.identity.secrets())\n\n\nClient.list_templates = _fail\n"
    client.write_text(client.read_text(encoding="utf-8") + fault, encoding="utf-8")
    return place


def calls(sim: Simulator, playbook: Playbook) -> list[dict]:
    """Tasks of one play: options of every kind, right and wrong, by both doors."""
    ids = sim.server_ids
    there = {"endpoint": sim.endpoint, "project_id": sim.project_id}
    keys = {**there, **{name: f"{{{{ {name} }}}}" for name in ("access_key", "secret_key", "security_token")}}
    token = {**there, "auth_token": "{{ token }}"}
    secret = {
        **upgrade(ids[:1]),
        "name": "secret-spec",
        "items": [{"type": "CHECK", "spec": SECRET_SPEC}],
        "type": "CHECK",
    }
    doors = [
        task("keys", SERVERS, {**keys, "statuses": ["NO_SUCH"]}),
        task("token", SERVERS, token),
        task("refused", JOB, {**upgrade(ids[:1], name="refused"), **keys}, **IGNORED),
        task("wrong option", JOB, {**keys, "id": "..", "wait_timeout": -1}, **IGNORED),
        task("login", SERVERS, {**keys, "endpoint": LOGIN}, **IGNORED),
        task("login and wrong option", JOB, {**keys, "endpoint": LOGIN, "id": ".."}, **IGNORED),
        task("login and wrong type", SERVERS, {**keys, "endpoint": LOGIN, "retries": "many"}, **IGNORED),
        task("login in cloud", SERVERS, {**keys, "cloud": "me:{{ password_in_a_cloud }}@example.com"}, **IGNORED),
        task("login in region", SERVERS, {**keys, "region": "https://me:{{ password_in_a_region }}@a.b"}, **IGNORED),
        task("predicted", JOB, {**secret, **keys}, check_mode=True, diff=True),
        task("spec", JOB, {**secret, **keys}, diff=True),
        task("spec that is wrong", JOB, {**secret, "server_ids": [".."], **keys}, **IGNORED),
        task("crash", TEMPLATES, keys, **IGNORED),
        task("by proxy", SERVERS, {**keys, "retries": 0}, environment={"no_proxy": "", "NO_PROXY": ""}, **IGNORED),
    ]
    other = ("refused", "login and wrong type", "spec", "spec that is wrong", "crash")
    by_process = [
        {**one, "name": f"{one['name']}, by process", "vars": BY_PROCESS} for one in doors if one["name"] in other
    ]
    return [*doors, *by_process, task("fact", "ansible.builtin.set_fact", {"left": 1, "cacheable": True})]


def roles(folder: Path) -> list[dict]:
    """Plays of the roles: a hook that fails and is not to be shown, secrets in specs and connections, reports."""
    hook = folder / "drain.yml"
    # It takes the journal of the run away with it, which is gone at the end.
    script = f"cp -r {folder}/reports/. {folder}/journal; echo {{{{ what_a_no_log_hook_said }}}} >&2; exit 1"
    said = task("drain", SHELL, {"argv": ["sh", "-c", script]}, no_log=True, delegate_to="localhost")
    hook.write_text(yaml.safe_dump([said]))
    keys = {name: f"{{{{ {name} }}}}" for name in ("access_key", "secret_key", "security_token")}
    common = {"wait_interval": 0.2, "report_dir": str(folder / "reports")}
    asked = {"version": "24.1.0.3", "before_wave": str(hook), "verify_timeout": 1, "connection": keys, **common}
    plays = {
        "log_collection": {**common, "spec": {"upload_password": "{{ value_of_a_spec }}"}, "report_print": True},
        "diagnosis": {
            **common,
            "item_type": "CHECK",
            "connection": {"region": "https://me:{{ password_in_a_region }}@a.b"},
        },
        "software_query": {**common, "connection": {"security_token": "{{ security_token }}"}},
        "hdk_upgrade": asked,
    }
    return [
        {
            "hosts": "liteservers",
            "gather_facts": False,
            "vars": {"software_query_wait_interval": 0.2},
            # The verdicts do not end the runs of the others. The hook must not be told so, so it comes last.
            **({} if role == "hdk_upgrade" else IGNORED),
            "roles": [{"role": f"huaweicloud.modelarts.{role}", **{f"{role}_{k}": v for k, v in given.items()}}],
        }
        for role, given in plays.items()
    ]


def test_no_secret_is_shown_or_left_anywhere(sim, tmp_path):
    folder, home = tmp_path / "runner", tmp_path / "home"
    for one in (folder / "inventory", folder / "project", home / ".huaweicloud"):
        one.mkdir(parents=True)
    profile = home / ".huaweicloud" / "credentials"
    profile.write_text(f"[basic]\nak = OTHERKEY\nsk = {CANARIES['key of another profile']}\nproject_id = other\n")
    source = {"plugin": "huaweicloud.modelarts.liteserver", "software": True, "cache": True, "cache_plugin": "jsonfile"}
    source["cache_connection"] = str(folder / "inventory_cache")
    (folder / "inventory" / "fleet.liteserver.yml").write_text(yaml.safe_dump(source))
    (folder / "inventory" / "local.ini").write_text(
        f"localhost ansible_connection=local ansible_python_interpreter={sys.executable}\n"
    )
    playbook = Playbook(tmp_path, sim)
    here = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": calls(sim, playbook)}
    (folder / "env").mkdir()
    (folder / "env" / "extravars").write_text(yaml.safe_dump(SECRETS))
    (folder / "project" / "site.yml").write_text(yaml.safe_dump([here, *roles(folder)], sort_keys=False))
    # What the platform says has the secrets in it, too.
    echo = " ".join([sim.access_key, sim.secret_key, str(sim.security_token)])
    for times_before in (0, 1):
        sim.inject(faults.refuse(403, message=echo, method="POST", times=1, after=times_before))
    sim.inject(faults.hostile(f"{echo} ", path="/jobs/*"))
    environment = {
        **playbook.environment(),
        "HUAWEICLOUD_SDK_SECURITY_TOKEN": str(sim.security_token),
        "HOME": str(home),
        "HTTP_PROXY": f"http://me:{CANARIES['password of a proxy']}@127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
        "ANSIBLE_COLLECTIONS_PATH": str(broken(tmp_path)),
        "ANSIBLE_LOG_PATH": str(folder / "ansible.log"),
        "ANSIBLE_CACHE_PLUGIN": "jsonfile",
        "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(folder / "fact_cache"),
        "ANSIBLE_INJECT_INVOCATION": "true",
        "ANSIBLE_DIFF_ALWAYS": "true",
        "ANSIBLE_LOCAL_TEMP": str(folder / "journals"),
    }
    done = ansible_runner.run(
        private_data_dir=str(folder),
        playbook="site.yml",
        envvars=environment,
        cmdline="-vvvv --diff",
        settings={"suppress_env_files": True},
        quiet=True,
    )
    screen = done.stdout.read()
    # What somebody else wrote down: the variables that were given, and the environment as runner notes it.
    (folder / "env" / "extravars").unlink()
    (folder / "env" / "envvars").unlink(missing_ok=True)
    next(folder.glob("artifacts/*/command")).unlink()
    assert shown(folder, screen) == {}
    # Each path was taken.
    told = " ".join(screen.split())
    for text in (
        "HTTP 403, ModelArts.SIM403: *** *** ***",
        "endpoint carries a user name or password",
        "what it said is hidden by no_log",
        "********@a.b",
        "no connection to 127.0.0.1",
        "is not an ID",
        '"accessPassword": "********"',
        "The collection has a fault: KeyError: ['********', '********', '********']",
        "[WARNING]: statuses has 'NO_SUCH'",
    ):
        assert text in told, text
    left = {path.suffix for path in (folder / "reports").iterdir()}
    assert left == {".json", ".md", ".html", ".csv"}, screen
    for name in (
        "ansible.log",
        "journal/.hdk_upgrade-*/*.json",
        "inventory_cache/*",
        "artifacts/*/fact_cache/*",
        "artifacts/*/job_events/*",
    ):
        assert list(folder.glob(name)), name
