# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin under real ansible-inventory and ansible-playbook."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.inventory.liteserver import EXAMPLES
from tests.integration.playbook import Playbook
from tests.simulator import Simulator, faults

PLUGIN = "huaweicloud.modelarts.liteserver"


def start(command, env):
    """A finished command, whatever it says."""
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, timeout=120, check=False)


def run(command, env, expected_warning=None):
    """A finished command. `expected_warning`: a text that the one warning, which must come, holds."""
    done = start(command, env)
    output = done.stdout + done.stderr
    if expected_warning is None:
        assert "[WARNING]" not in output and "[DEPRECATION" not in output, output
    else:
        # Ansible wraps lines.
        assert expected_warning in " ".join(output.split()), output
        assert output.count("[WARNING]") == 1, output
    return done


def environment(sim):
    return Playbook(None, sim).environment()


@pytest.fixture
def sim():
    with Simulator(servers=6, supernodes=2, supernode_size=2, speed=0) as simulator:
        yield simulator


@pytest.fixture
def inventory(tmp_path, sim):
    """Writes a source and reads it with ansible-inventory."""

    class Inventory:
        path = tmp_path / "fleet.liteserver.yml"

        def write(self, **options):
            self.path.write_text(yaml.safe_dump({"plugin": PLUGIN, **options}))
            return self.path

        def ask(self, *arguments, env=None, expected_warning=None, **options):
            command = ["ansible-inventory", "-i", str(self.write(**options)), *arguments]
            done = run(command, {**environment(sim), **(env or {})}, expected_warning)
            assert done.returncode == 0, done.stderr
            return done.stdout

        def list(self, *arguments, **options):
            return json.loads(self.ask("--list", *arguments, **options))

        def hosts(self, *arguments, **options):
            return self.list(*arguments, **options)["_meta"]["hostvars"]

        def refused(self, env=None, **options):
            """What the failure of the source says."""
            command = ["ansible-inventory", "-i", str(self.write(**options)), "--list"]
            failing = {"ANSIBLE_INVENTORY_UNPARSED_FAILED": "true", "ANSIBLE_INVENTORY_ENABLED": PLUGIN}
            done = start(command, {**environment(sim), **failing, **(env or {})})
            assert done.returncode != 0
            assert "Traceback" not in done.stderr
            return " ".join(done.stderr.split())

    return Inventory()


def query(sim, server_ids, **options):
    items = [{"type": "HDK_QUERY"}]
    return sim.add_job(name="query", type="ASCEND_SOFTWARE_QUERY", items=items, server_ids=server_ids, **options)


def test_hosts_variables_and_groups(sim, inventory):
    found = inventory.list()
    ids = sim.server_ids
    first = found["_meta"]["hostvars"]["liteserver-978c-00001"]
    server = sim.servers[ids[0]]
    assert first == {
        "ansible_host": server.address,
        "liteserver_id": server.id,
        "liteserver_name": server.name,
        "liteserver_status": "RUNNING",
        "liteserver_flavor": server.flavor,
        "liteserver_category": "HPS",
        "liteserver_cloud_server": server.cloud_server,
        "liteserver_supernode_id": server.server_hps["id"],
        "liteserver_supernode_name": "supernode-978c-001",
        "liteserver_image": server.image,
        "liteserver_private_ip": server.address,
    }
    everyone = sorted(one.name for one in sim.servers.values())
    assert found["liteservers"]["hosts"] == everyone
    assert sorted(found["liteservers"]["children"]) == [
        "liteserver_flavor_physical_kat2e_48xlarge_8_ei",
        "liteserver_status_running",
        "liteserver_supernode_supernode_978c_001",
        "liteserver_supernode_supernode_978c_002",
    ]
    assert found["liteserver_status_running"]["hosts"] == everyone
    assert found["liteserver_supernode_supernode_978c_002"]["hosts"] == everyone[2:4]
    assert len(sim.requests) == 1


@pytest.mark.parametrize("name", ["liteserver.yml", "x.liteserver.yaml", "modelarts.yml", "my-modelarts.yaml"])
def test_file_names(tmp_path, sim, name):
    source = tmp_path / name
    source.write_text(f"plugin: {PLUGIN}\n")
    done = run(["ansible-inventory", "-i", str(source), "--graph"], environment(sim))
    assert "liteserver-978c-00006" in done.stdout


def test_other_file_names_are_not_taken(tmp_path, sim):
    source = tmp_path / "hosts.yml"
    source.write_text(f"plugin: {PLUGIN}\n")
    env = {**environment(sim), "ANSIBLE_INVENTORY_ENABLED": PLUGIN, "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false"}
    done = run(["ansible-inventory", "-i", str(source), "--graph"], env, "Unable to parse")
    assert "liteserver-" not in done.stdout.replace(str(source), "")
    assert sim.requests == []


def test_switches(inventory):
    found = inventory.list(set_ansible_host=False, builtin_groups=False)
    assert set(found) - {"_meta", "all"} == {"liteservers"}
    assert not any("ansible_host" in variables for variables in found["_meta"]["hostvars"].values())


def test_filters_select_but_never_rename(sim, inventory):
    first, second = sim.server_ids[:2]
    sim.servers[second].name = sim.servers[first].name
    sim.servers[second].status = "STOPPED"
    host = f"{sim.servers[first].name}-{first[:8]}"
    assert set(inventory.hosts(statuses=["running"], supernodes=["*-001"])) == {host}
    assert set(inventory.hosts(names=["*-00001"], flavors=["physical.*"], statuses="RUNNING")) == {host}


def test_listing_order_does_not_matter(sim, inventory):
    for server in sim.servers.values():
        server.name = "same"
    before = inventory.list()
    sim.world.servers = dict(reversed(list(sim.world.servers.items())))
    assert inventory.list() == before
    assert set(before["_meta"]["hostvars"]) == {f"same-{id_[:8]}" for id_ in sim.server_ids}


def test_what_the_platform_says_is_no_template(tmp_path, sim, inventory, playbook):
    evil = "{{ lookup('pipe', 'touch " + str(tmp_path / "proof") + "') }}"
    sim.servers[sim.server_ids[0]].name = evil
    sim.servers[sim.server_ids[1]].name = "localhost"
    sim.servers[sim.server_ids[2]].name = ""
    show = {"name": "Show", "ansible.builtin.debug": {"msg": "{{ liteserver_name or '' }}"}}
    book = [{"hosts": "liteservers", "gather_facts": False, "tasks": [show]}]
    result = playbook.play(book, inventory=inventory.write())
    assert result.rc == 0, result.output
    shown = {event["result"]["msg"] for event in result.events if event["kind"] == "task"}
    assert evil in shown and not (tmp_path / "proof").exists()
    assert result.on(f"localhost-{sim.server_ids[1][:8]}")["Show"]["msg"] == "localhost"
    hosts = inventory.hosts()
    assert f"liteserver-{sim.server_ids[2][:8]}" in hosts and len(hosts) == 6
    assert not any(set(host) & set("{}'/ ") for host in hosts)


def test_harmless_values_are_plain_for_awx(inventory):
    assert "__ansible_unsafe" not in inventory.ask("--list", "--export", software=True)


def test_software_from_the_newest_query(sim, inventory):
    a, b, c, d, *_rest = sim.server_ids
    query(sim, [a, b, c], status="FINISHED", age=7200)
    sim.servers[b].driver = "25.2.1"
    newer = query(sim, [b, c], status="FINISHED", age=3600, outcomes={c: "FAILED"})
    query(sim, [a, d], age=5)  # still running
    hosts = {variables["liteserver_id"]: variables for variables in inventory.hosts(software=True).values()}
    assert [hosts[id_]["liteserver_driver"] for id_ in (a, b, c, d)] == ["24.1.rc3.10", "25.2.1", "24.1.rc3.10", None]
    assert hosts[d]["liteserver_firmware"] is None and hosts[d]["liteserver_software_at"] is None
    assert hosts[b]["liteserver_software_at"] > hosts[a]["liteserver_software_at"]
    assert hosts[a]["liteserver_software_at"].endswith("Z")
    details = sim.count("GET", "/jobs/*")
    inventory.hosts(software=True, software_jobs=1)
    assert sim.count("GET", "/jobs/*") == details + 1
    assert sim.requests[-1].path == f"/jobs/{newer.id}"


def test_all_users(sim, inventory):
    assert len(inventory.hosts(all_users=True)) == 6
    assert (sim.count("GET", "/all"), sim.count("GET", "")) == (1, 0)


def test_two_thousand_servers(tmp_path):
    with Simulator(servers=2000, speed=0) as sim:
        source = tmp_path / "modelarts.yml"
        source.write_text(f"plugin: {PLUGIN}\n")
        done = run(["ansible-inventory", "-i", str(source), "--list"], environment(sim))
        assert len(json.loads(done.stdout)["_meta"]["hostvars"]) == 2000
        assert len(sim.requests) == 2


def test_incomplete_lists_are_said(sim, inventory):
    sim.inject(faults.paging(2, supported=False, path="/"))
    assert len(inventory.hosts(expected_warning="there are more servers than it gives")) == 2
    sim.clear_faults()
    for _again in range(3):
        query(sim, sim.server_ids, status="FINISHED")
    sim.inject(faults.paging(2, supported=False, path="/jobs"))
    inventory.hosts(software=True, expected_warning="The list of software query jobs is incomplete")


def cached(tmp_path, **options):
    place = {"cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(tmp_path / "cache")}
    return {"cache": True, **place, "software": True, **options}


def test_cache_hit_sends_nothing(tmp_path, sim, inventory):
    first = inventory.list(**cached(tmp_path))
    sent = len(sim.requests)
    sim.stop()
    assert inventory.list(**cached(tmp_path)) == first
    assert set(inventory.hosts(**cached(tmp_path, names=["*-00001"]))) == {"liteserver-978c-00001"}
    assert len(sim.requests) == sent


def test_cache_can_be_flushed(tmp_path, sim, inventory, playbook):
    inventory.list(**cached(tmp_path))
    sim.servers[sim.server_ids[0]].name = "renamed"
    assert "renamed" not in inventory.hosts(**cached(tmp_path))
    show = {"name": "Show", "ansible.builtin.debug": {"var": "liteserver_id"}}
    book = [{"hosts": "all", "gather_facts": False, "tasks": [show]}]
    result = playbook.play(book, inventory=inventory.path, args=["--flush-cache"])
    assert "renamed" in result.stats and len(result.stats) == 6
    assert "renamed" in inventory.hosts(**cached(tmp_path))


def test_cache_of_one_project_or_user_is_not_anothers(tmp_path, sim, inventory):
    inventory.list(**cached(tmp_path))
    other = {"HUAWEICLOUD_SDK_PROJECT_ID": "another"}
    assert "HTTP 403" in inventory.refused(env=other, **cached(tmp_path))
    other = {"HUAWEICLOUD_SDK_AK": "ANOTHERKEY"}
    assert "HTTP 401" in inventory.refused(env=other, **cached(tmp_path))
    for option in ({"all_users": True}, {"software": False}):
        sent = len(sim.requests)
        inventory.list(**cached(tmp_path, **option))
        assert len(sim.requests) > sent


def test_cache_holds_no_secret(tmp_path, sim, inventory):
    inventory.list(**cached(tmp_path))
    (kept,) = (tmp_path / "cache").iterdir()
    assert sim.servers[sim.server_ids[0]].name in kept.read_text()
    for secret in (sim.access_key, sim.secret_key):
        assert secret not in kept.read_text() + kept.name


def test_cached_warning_comes_again(tmp_path, sim, inventory):
    sim.inject(faults.paging(2, supported=False, path="/"))
    for _again in range(2):
        inventory.hosts(**cached(tmp_path), expected_warning="there are more servers than it gives")


def test_examples(tmp_path, sim, inventory):
    query(sim, sim.server_ids[:4], status="FINISHED")
    sim.servers[sim.server_ids[5]].status = "STOPPED"
    plain, kept, own = yaml.safe_load_all(EXAMPLES)
    env = {"MY_ACCESS_KEY": sim.access_key, "MY_SECRET_KEY": sim.secret_key, "HOME": str(tmp_path)}
    env["HUAWEICLOUD_SDK_REGION_MODELARTS_CN_NORTH_4"] = sim.endpoint
    assert len(inventory.hosts(env=env, **plain)) == 6

    hosts = inventory.hosts(env={**env, "HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": "wrong"}, **kept)
    assert len(hosts) == 5 and hosts["liteserver-978c-00001"]["liteserver_driver"] == "24.1.rc3.10"
    assert list((tmp_path / ".cache" / "ansible-liteservers").iterdir())

    found = inventory.list(env=env, **own)
    assert set(found) - {"_meta", "all"} == {
        "liteservers",
        "to_upgrade",
        "arch_arm",
        "driver_24_1_rc3_10",
        "driver_unknown",
    }
    assert found["driver_unknown"]["hosts"] == ["liteserver-978c-00005", "liteserver-978c-00006"]
    assert len(found["arch_arm"]["hosts"]) == 6 and len(found["to_upgrade"]["hosts"]) == 6
    assert {variables["ansible_user"] for variables in found["_meta"]["hostvars"].values()} == {"root"}


def test_options_are_templates(sim, inventory):
    env = dict.fromkeys(environment(sim), "")
    env["OTHER"] = sim.secret_key
    options = {
        "endpoint": sim.endpoint,
        "region": "{{ where }}",
        "project_id": sim.project_id,
        "access_key": "{{ key }}",
        "secret_key": "{{ lookup('env', 'OTHER') }}",
        "retries": "{{ 1 + 1 }}",
        "validate_certs": "{{ 'yes' }}",
        "names": "{{ ['*-00001', '*-00002'] }}",
    }
    hosts = inventory.hosts("-e", f"where=cn-north-4 key={sim.access_key}", env=env, **options)
    assert set(hosts) == {"liteserver-978c-00001", "liteserver-978c-00002"}


def test_vaulted_secret(tmp_path, sim, inventory):
    word = tmp_path / "word"
    word.write_text("open\n")
    word.chmod(0o600)
    vault = ["--vault-password-file", str(word)]
    sealed = run(["ansible-vault", "encrypt_string", *vault, "--name", "secret_key", sim.secret_key], {}).stdout
    inventory.path.write_text(f"plugin: {PLUGIN}\naccess_key: {sim.access_key}\n{sealed}")
    env = {**environment(sim), "HUAWEICLOUD_SDK_AK": "", "HUAWEICLOUD_SDK_SK": ""}
    done = run(["ansible-inventory", "-i", str(inventory.path), "--graph", *vault], env)
    assert "liteserver-978c-00001" in done.stdout, done.stderr


@pytest.mark.parametrize(
    "options, words",
    [
        ({"statusses": ["RUNNING"]}, "statusses is no option of huaweicloud.modelarts.liteserver. The options are "),
        ({"validate_certs": "tru"}, "validate_certs is 'tru'. Give true or false."),
        ({"all_users": "{{ 'perhaps' }}"}, "all_users is 'perhaps'. Give true or false."),
        ({"retries": -1}, "retries is -1. Give 0 or more."),
        ({"software_jobs": 0}, "software_jobs is 0. Give 1 or more."),
        ({"request_timeout": 0}, "request_timeout is 0. Give a number of seconds above 0."),
        ({"names": []}, "names is empty. Give at least one shell pattern"),
        ({"flavors": [" "]}, "flavors[0] is ' '. Give a shell pattern"),
        ({"region": "CN North"}, "region 'CN North' is not a region's name."),
        ({"region": "{{ nowhere }}"}, "region is a template that cannot be filled in: "),
        ({"ca_path": "/nowhere/at/all"}, "ca_path '/nowhere/at/all' does not exist."),
    ],
)
def test_bad_options_are_refused_before_any_request(sim, inventory, options, words):
    assert words in inventory.refused(**options)
    assert sim.requests == []


def test_unknown_status_is_warned_of(inventory):
    assert inventory.hosts(statuses=["RUNING"], expected_warning="statuses has 'RUNING', which is no status") == {}


@pytest.mark.parametrize(
    "options, words",
    [
        ({"secret_key": "SECRET-THAT-IS-WRONG"}, "HTTP 401, APIGW.0301"),
        (
            {"secret_key": "{{ lookup('file', 'SECRET-THAT-IS-WRONG') }}"},
            "secret_key is a template that cannot be filled in",
        ),
        ({"secret_key": "SECRET-THAT-IS-WRONG", "retries": "SECRET"}, "retries"),
    ],
)
def test_errors_tell_no_secret(inventory, options, words):
    told = inventory.refused(env={"ANSIBLE_VERBOSITY": "3"}, access_key="SIMULATORACCESSKEY00", **options)
    assert words in told
    assert "SECRET-THAT-IS-WRONG" not in told


def test_passing_faults_are_outlived(sim, inventory):
    sim.inject(faults.refuse(503, retry_after=0, path="/", times=2))
    assert len(inventory.hosts()) == 6


def test_strict(inventory):
    assert len(inventory.hosts(compose={"x": "nothing.at.all"})) == 6
    assert "Could not set x for host" in inventory.refused(compose={"x": "nothing.at.all"}, strict=True)
