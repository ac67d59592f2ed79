# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin under real ansible-inventory and ansible-playbook."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.modelarts.plugins.inventory.liteserver import EXAMPLES
from tests import forks
from tests.integration.playbook import REGION, Playbook
from tests.simulator import Simulator, faults

PLUGIN = "huaweicloud.modelarts.liteserver"
SHARED = "Some names are also those of another server or a group of this inventory, so the start of the server's ID was added to them: "


def start(command, env):
    """A finished command, whatever it says."""
    return forks.run(command, Path.cwd(), {**os.environ, **env})


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


def list_of(sources):
    """The command that lists several sources as one inventory."""
    return ["ansible-inventory", "--list", *(part for source in sources for part in ("-i", str(source)))]


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
            (told,) = self.all_refused([options], env)
            return told

        def all_refused(self, sources, env=None):
            """The same for the options of each of several sources, in one run."""
            arguments = []
            for number, options in enumerate(sources):
                source = tmp_path / f"{number}.liteserver.yml"
                source.write_text(yaml.safe_dump({"plugin": PLUGIN, **options}))
                arguments += ["-i", str(source)]
            failing = {"ANSIBLE_INVENTORY_UNPARSED_FAILED": "true", "ANSIBLE_INVENTORY_ENABLED": PLUGIN}
            done = start(["ansible-inventory", *arguments, "--list"], {**environment(sim), **failing, **(env or {})})
            assert done.returncode != 0
            assert "Traceback" not in done.stderr
            # Each ends with "Unable to parse PATH as an inventory source".
            *told, _rest = " ".join(done.stderr.split()).split(" as an inventory source")
            assert len(told) == len(sources)
            return told

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
        "liteserver_region": REGION,
        "liteserver_project_id": sim.project_id,
        "liteserver_endpoint": sim.endpoint,
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
    # The servers, the super-nodes, the members of each.
    assert [sim.count("GET", path) for path in ("", "/hyperinstance", "/hyperinstance/*/servers")] == [1, 1, 2]
    assert len(sim.requests) == 4


def test_file_names(tmp_path, sim):
    arguments = []
    for number, name in enumerate(("liteserver.yml", "x.liteserver.yaml", "modelarts.yml", "my-modelarts.yaml"), 1):
        source = tmp_path / name
        source.write_text(yaml.safe_dump({"plugin": PLUGIN, "names": [f"*-0000{number}"]}))
        arguments += ["-i", str(source)]
    done = run(["ansible-inventory", *arguments, "--graph"], environment(sim))
    for number in (1, 2, 3, 4):
        assert f"liteserver-978c-0000{number}" in done.stdout


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
    told = SHARED + f"{host}."
    assert set(inventory.hosts(statuses=["running"], supernodes=["*-001"], expected_warning=told)) == {host}
    found = inventory.hosts(names=["*-00001"], flavors=["physical.*"], statuses="RUNNING", expected_warning=told)
    assert set(found) == {host}


def test_listing_order_does_not_matter(sim, inventory):
    for server in sim.servers.values():
        server.name = "same"
    before = inventory.list(expected_warning=SHARED)
    sim.world.servers = dict(reversed(list(sim.world.servers.items())))
    assert inventory.list(expected_warning="and 1 more") == before
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


def test_cached_warning_comes_again(tmp_path, sim, inventory):
    sim.inject(faults.paging(2, supported=False, path="/"))
    for _again in range(2):
        inventory.hosts(**cached(tmp_path), expected_warning="there are more servers than it gives")


def test_a_broken_cache_is_none(tmp_path, sim):
    """Sources of the same servers, each with a group and a cache of its own, so that one run meets all that may be in one."""
    broken = [b"", b"null", b"{", b"[]", b'{"servers": []}', b"\x00\xff", None]  # None: the first half
    sources = [tmp_path / f"{number}.liteserver.yml" for number in range(len(broken))]
    for number, source in enumerate(sources):
        options = {**cached(tmp_path / str(number)), **Playbook(None, sim).connection(), "region": REGION}
        source.write_text(yaml.safe_dump({"plugin": PLUGIN, "groups": {f"from_{number}": "true"}, **options}))

    def read(fresh):
        before = sim.count("GET", "")
        done = start(list_of(sources), {"ANSIBLE_INVENTORY_UNPARSED_FAILED": "true"})  # the cache plugin warns, too
        assert done.returncode == 0, done.stderr
        assert sim.count("GET", "") - before == fresh
        return json.loads(done.stdout)

    first = read(fresh=len(broken))
    assert all(len(first[f"from_{number}"]["hosts"]) == 6 for number in range(len(broken)))
    kept = [file for number in range(len(broken)) for file in (tmp_path / str(number) / "cache").iterdir()]
    whole = [file.read_bytes() for file in kept]
    for file, content, good in zip(kept, broken, whole):
        file.write_bytes(good[: len(good) // 2] if content is None else content)
    assert read(fresh=len(broken)) == first
    assert [file.read_bytes() for file in kept] == whole
    assert read(fresh=0) == first


def test_examples(tmp_path, sim, inventory):
    query(sim, sim.server_ids[:4], status="FINISHED")
    sim.servers[sim.server_ids[5]].status = "STOPPED"
    # All but the first are comments, as ansible-test of ansible-core 2.16 takes one document only.
    plain, *others = EXAMPLES.split("\n\n")
    kept, own, named = (yaml.safe_load(re.sub("^# ?", "", other.split("#\n")[1], flags=re.M)) for other in others)
    env = {"MY_ACCESS_KEY": sim.access_key, "MY_SECRET_KEY": sim.secret_key, "HOME": str(tmp_path)}
    env["HUAWEICLOUD_SDK_REGION_MODELARTS_CN_NORTH_4"] = sim.endpoint
    assert len(inventory.hosts(env=env, **yaml.safe_load(plain))) == 6

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
    assert "cn-north-4-liteserver-978c-00001" in inventory.hosts(env=env, **named)


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


BAD = [
    ({"statusses": ["RUNNING"]}, "statusses is no option of huaweicloud.modelarts.liteserver. The options are "),
    ({"validate_certs": "tru"}, "validate_certs is 'tru'. Give true or false."),
    ({"all_users": "{{ 'perhaps' }}"}, "all_users is 'perhaps'. Give true or false."),
    ({"retries": -1}, "retries is -1. Give 0 or more."),
    ({"software_jobs": 0}, "software_jobs is 0. Give 1 or more."),
    ({"request_timeout": 0}, "request_timeout is 0. Give a number of seconds above 0."),
    ({"names": []}, "names is empty. Give at least one shell pattern"),
    ({"hostnames": []}, "hostnames is empty. Give at least a variable of the host"),
    (
        {"hostnames": ["liteserver_nam"]},
        "hostnames[0] is 'liteserver_nam', which is no variable that can name a host.",
    ),
    ({"flavors": [" "]}, "flavors[0] is ' '. Give a shell pattern"),
    ({"region": "CN North"}, "region 'CN North' is not a region's name."),
    ({"region": "{{ nowhere }}"}, "region is a template that cannot be filled in: "),
    ({"ca_path": "/nowhere/at/all"}, "ca_path '/nowhere/at/all' does not exist."),
]


def test_bad_options_are_refused_before_any_request(sim, inventory):
    for told, (_options, words) in zip(inventory.all_refused([options for options, _words in BAD]), BAD):
        assert words in told
    assert sim.requests == []


def test_unknown_status_is_warned_of(inventory):
    assert inventory.hosts(statuses=["RUNING"], expected_warning="statuses has 'RUNING', which is no status") == {}


def test_errors_tell_no_secret(inventory):
    wrong = [
        ({"secret_key": "SECRET-THAT-IS-WRONG"}, "HTTP 401, APIGW.0301"),
        (
            {"secret_key": "{{ lookup('file', 'SECRET-THAT-IS-WRONG') }}"},
            "secret_key is a template that cannot be filled in",
        ),
        ({"secret_key": "SECRET-THAT-IS-WRONG", "retries": "SECRET"}, "retries"),
    ]
    sources = [{"access_key": "SIMULATORACCESSKEY00", **options} for options, _words in wrong]
    for told, (_options, words) in zip(inventory.all_refused(sources, env={"ANSIBLE_VERBOSITY": "3"}), wrong):
        assert words in told
        assert "SECRET-THAT-IS-WRONG" not in told


def test_passing_faults_are_outlived(sim, inventory):
    sim.inject(faults.refuse(503, retry_after=0, path="/", times=2))
    assert len(inventory.hosts()) == 6


def test_strict(inventory):
    assert len(inventory.hosts(compose={"x": "nothing.at.all"})) == 6
    assert "Could not set x for host" in inventory.refused(compose={"x": "nothing.at.all"}, strict=True)
    assert "hostnames has 'nothing.at.all', which fails for" in inventory.refused(
        hostnames=["nothing.at.all"], strict=True
    )


def test_hostnames(sim, inventory):
    sim.servers[sim.server_ids[0]].address = ""
    entries = ["nothing.at.all", "{{ liteserver_private_ip and 'ip-' ~ liteserver_private_ip }}", "liteserver_id"]
    expected = {f"ip-{server.address}" for server in sim.servers.values() if server.address} | {sim.server_ids[0]}
    assert set(inventory.hosts(hostnames=entries)) == expected
    assert set(inventory.hosts(hostnames=["liteserver_id[:8]"])) == {server_id[:8] for server_id in sim.server_ids}
    shared = inventory.hosts(hostnames=["liteserver_flavor"], expected_warning=SHARED)
    assert set(shared) == {f"physical.kat2e.48xlarge.8.ei-{server_id[:8]}" for server_id in sim.server_ids}


def test_hostnames_take_extra_vars_where_they_are_asked_for(inventory):
    entries = ["{{ site ~ liteserver_id }}", "site ~ liteserver_id"]
    for entry in entries:
        found = inventory.hosts("-e", "site=north-", hostnames=[entry], use_extra_vars=True)
        assert all(name == f"north-{variables['liteserver_id']}" for name, variables in found.items())


def test_what_names_a_host_is_no_template(tmp_path, sim, inventory):
    sim.servers[sim.server_ids[0]].name = "{{ lookup('pipe', 'touch " + str(tmp_path / "proof") + "') }}"
    for entry in ("liteserver_name", "liteserver_name ~ '-x'", "{{ liteserver_name }}"):
        assert len(inventory.hosts(hostnames=[entry])) == 6
    assert not (tmp_path / "proof").exists()


@pytest.fixture
def two_projects(tmp_path):
    """Two projects with servers and super-nodes of the same names, and a source for each."""
    fleet = {"servers": 3, "supernodes": 1, "supernode_size": 2, "speed": 0}
    with Simulator(**fleet, seed=1) as one, Simulator(**fleet, seed=2, project_id="another") as two:
        sources = []
        for name, sim in (("one", one), ("two", two)):
            sources.append(tmp_path / f"{name}.liteserver.yml")
            options = {"region": f"{name}-region-1", **Playbook(None, sim).connection()}
            sources[-1].write_text(yaml.safe_dump({"plugin": PLUGIN, **options}))
        yield one, two, sources


def together(sources, expected_warning=None):
    done = run(list_of(sources), {}, expected_warning)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_two_projects_with_the_same_names_keep_all_hosts(two_projects):
    one, two, sources = two_projects
    renamed = [f"{server.name}-{server.id[:8]}" for server in two.servers.values()]
    told = SHARED + ", ".join(renamed) + "."
    found = together(sources, told)
    hosts = found["_meta"]["hostvars"]
    assert set(hosts) == {server.name for server in one.servers.values()} | set(renamed)
    for sim, region in ((one, "one-region-1"), (two, "two-region-1")):
        mine = [variables for variables in hosts.values() if variables["liteserver_endpoint"] == sim.endpoint]
        assert {variables["liteserver_id"] for variables in mine} == set(sim.server_ids)
        places = {(variables["liteserver_project_id"], variables["liteserver_region"]) for variables in mine}
        assert places == {(sim.project_id, region)}
    supernode = next(iter(two.supernodes))
    assert found["liteserver_supernode_supernode_978c_001"]["hosts"] == [s.name for s in one.servers.values()][:2]
    assert found[f"liteserver_supernode_supernode_978c_001_{supernode[:8]}"]["hosts"] == renamed[:2]
    assert len(found["liteserver_status_running"]["hosts"]) == 6


def test_hostnames_keep_two_projects_apart(two_projects):
    one, two, sources = two_projects
    for source in sources:
        source.write_text(source.read_text() + "hostnames: [liteserver_region ~ '-' ~ liteserver_name]\n")
    hosts = together(sources)["_meta"]["hostvars"]
    assert set(hosts) == {
        f"{place}-region-1-{server.name}"
        for place, sim in (("one", one), ("two", two))
        for server in sim.servers.values()
    }


def test_one_project_in_two_sources_has_each_server_once(tmp_path, sim, inventory):
    more = tmp_path / "more.liteserver.yml"
    more.write_text(yaml.safe_dump({"plugin": PLUGIN, "names": ["*-00001"], "compose": {"extra": "1"}}))
    command = ["ansible-inventory", "--list", "-i", str(inventory.write()), "-i", str(more)]
    hosts = json.loads(run(command, environment(sim)).stdout)["_meta"]["hostvars"]
    assert len(hosts) == 6 and [name for name in hosts if "extra" in hosts[name]] == ["liteserver-978c-00001"]


def test_an_ini_file_may_add_to_a_server(tmp_path, sim, inventory):
    (tmp_path / "hosts.ini").write_text("[racks]\nliteserver-978c-00001 rack=7\n")
    command = ["ansible-inventory", "--list", "-i", str(tmp_path / "hosts.ini"), "-i", str(inventory.write())]
    hosts = json.loads(run(command, environment(sim)).stdout)["_meta"]["hostvars"]
    assert len(hosts) == 6 and hosts["liteserver-978c-00001"]["rack"] == 7
    assert hosts["liteserver-978c-00001"]["liteserver_id"] == sim.server_ids[0]


def test_the_name_of_a_group_is_not_that_of_a_host(tmp_path, sim, inventory):
    sim.servers[sim.server_ids[0]].name = "web"
    (tmp_path / "hosts.ini").write_text("[web]\nfront\n")
    command = ["ansible-inventory", "--list", "-i", str(tmp_path / "hosts.ini"), "-i", str(inventory.write())]
    host = f"web-{sim.server_ids[0][:8]}"
    found = json.loads(
        run(
            command,
            environment(sim),
            SHARED + f"{host}.",
        ).stdout
    )
    assert found["_meta"]["hostvars"][host]["liteserver_id"] == sim.server_ids[0]
    assert found["web"]["hosts"] == ["front"] and "front" not in found["_meta"]["hostvars"]


def test_a_constructed_group_never_gets_the_variables_of_a_host(sim, inventory):
    first, last = sim.server_ids[0], sim.server_ids[-1]
    sim.servers[first].address = ""
    sim.servers[last].name = "zebra"
    groups = [{"key": "'zebra'", "prefix": "", "separator": ""}]
    found = inventory.hosts(keyed_groups=groups, expected_warning="Found both group and host with same name: zebra")
    assert found["zebra"]["liteserver_id"] == last
    assert "ansible_host" not in found["liteserver-978c-00001"]


def test_letters_of_all_scripts_stay(sim, inventory, playbook):
    one, two, *_rest = sim.server_ids
    sim.servers[one].name, sim.servers[one].flavor = "训练节点-01", "大型.八卡"
    sim.servers[two].name = "Узел\u202e\x1b[31m"
    keyed = [{"key": "liteserver_name", "prefix": "name"}]
    found = inventory.list(keyed_groups=keyed)
    assert {"训练节点-01", "Узел_31m"} <= set(found["_meta"]["hostvars"])
    assert found["name_训练节点_01"]["hosts"] == found["liteserver_flavor_大型_八卡"]["hosts"] == ["训练节点-01"]
    show = {"name": "Show", "ansible.builtin.debug": {"var": "liteserver_id"}}
    book = [{"hosts": "liteserver_flavor_大型_八卡", "gather_facts": False, "tasks": [show]}]
    result = playbook.play(book, inventory=inventory.path, limit="训练节点-01")
    assert result.rc == 0 and list(result.stats) == ["训练节点-01"], result.output


def test_values_that_become_one_group_are_told(sim, inventory):
    for server_id, name in zip(sim.server_ids, ("a.b", "a-b")):
        sim.servers[server_id].name = name
    found = inventory.list(
        keyed_groups=[{"key": "liteserver_name", "prefix": "name"}],
        expected_warning="several values became one: name_a_b of 'name_a-b' and 'name_a.b'.",
    )
    assert sorted(found["name_a_b"]["hosts"]) == ["a-b", "a.b"]


@pytest.mark.parametrize("listed", [True, False])
def test_members_that_show_only_the_resource_are_with_their_fellows(sim, inventory, listed):
    supernode = next(iter(sim.supernodes.values()))
    sim.servers[supernode.server_ids[0]].server_hps = None
    if not listed:
        sim.supernodes = None
    found = inventory.list(supernodes=[supernode.name])
    assert {one["liteserver_id"] for one in found["_meta"]["hostvars"].values()} == set(supernode.server_ids)
    assert len(found["liteserver_supernode_supernode_978c_001"]["hosts"]) == 2


def test_a_refused_list_of_supernodes_is_told_from_the_cache_too(tmp_path, sim, inventory):
    sim.inject(faults.refuse(403, path="/hyperinstance"))
    for _again in range(2):
        hosts = inventory.hosts(**cached(tmp_path), expected_warning="refuses the list of super-nodes")
        assert len({one["liteserver_supernode_id"] for one in hosts.values()}) == 3
