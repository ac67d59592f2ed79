# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's SDK works against the simulator unchanged, its signature checked."""

from __future__ import annotations

import pytest

pytest.importorskip("huaweicloudsdkmodelarts")

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkmodelarts.v1 import (
    CreateDevServerJobRequest,
    DeleteDevServerJobsRequest,
    DevServerJobCreateRequest,
    DevServerJobItem,
    GetDevServerJobRequest,
    GetDevServerJobTemplateRequest,
    GetHyperinstanceRequest,
    ListAllDevServersRequest,
    ListAllHyperinstancesRequest,
    ListDevServerJobsRequest,
    ListDevServerJobTemplatesRequest,
    ListDevServersRequest,
    ListHyperinstanceServersRequest,
    ListHyperinstancesRequest,
    ModelArtsClient,
    RebootDevServerRequest,
    ServerJobDeleteRequest,
    ShowDevServerRequest,
    StopDevServerRequest,
    SyncDevServersRequest,
)

from tests.simulator import Simulator


def connect(sim, secret_key=None, token=None):
    keys = BasicCredentials(sim.access_key, secret_key or sim.secret_key, sim.project_id)
    if token:
        keys = keys.with_security_token(token)
    return ModelArtsClient.new_builder().with_credentials(keys).with_endpoints([sim.endpoint]).build()


def create(client, sim, name="hdk_upgrade_task"):
    body = DevServerJobCreateRequest(
        name=name,
        description="Task description.",
        server_ids=sim.server_ids,
        type="HDK_UPGRADE",
        items=[DevServerJobItem(type="HDK_UPGRADE", spec={"version": "25.2.1"})],
    )
    return client.create_dev_server_job(CreateDevServerJobRequest(body=body))


def test_jobs(sim):
    client = connect(sim)
    made = create(client, sim)
    assert (made.status, made.type, made.description) == ("PROCESSING", "ASCEND_SOFTWARE_UPGRADE", "Task description.")
    sim.clock.advance(200)
    got = client.get_dev_server_job(GetDevServerJobRequest(id=made.id))
    assert got.status == "FINISHED"
    assert [task.status for task in got.tasks] == ["SUCCESS"] * 4
    listed = client.list_dev_server_jobs(ListDevServerJobsRequest(name="hdk_upgrade_task", visible=True))
    assert [row.id for row in listed.data] == [made.id]
    assert client.list_dev_server_jobs(ListDevServerJobsRequest(name="other one/ü~+&=")).total == 0
    deleted = client.delete_dev_server_jobs(DeleteDevServerJobsRequest(body=ServerJobDeleteRequest(job_ids=[made.id])))
    assert [row.status for row in deleted.data] == ["DELETED"]


def test_templates(sim):
    client = connect(sim)
    (row,) = client.list_dev_server_job_templates(ListDevServerJobTemplatesRequest(type="HDK_UPGRADE")).data
    detail = client.get_dev_server_job_template(GetDevServerJobTemplateRequest(id=row.id))
    assert [param.name for param in detail.params] == ["version"]
    assert detail.status == "ACTIVE"


def test_servers(sim):
    client = connect(sim)
    page = client.list_dev_servers(ListDevServersRequest(limit=3, offset=3))
    assert (page.current, page.pages, page.size, page.total) == (2, 2, 3, 4)
    assert [server.id for server in page.data] == sim.server_ids[3:]
    assert client.list_all_dev_servers(ListAllDevServersRequest()).total == 4
    shown = client.show_dev_server(ShowDevServerRequest(id=sim.server_ids[0]))
    assert shown.name == "liteserver-978c-00001"
    assert shown.endpoints[0].uri == "10.0.0.2"
    with pytest.raises(ClientRequestException) as refused:
        client.show_dev_server(ShowDevServerRequest(id=shown.cloud_server.id))
    assert (refused.value.status_code, refused.value.error_code) == (400, "ModelArts.6404")


def test_supernodes():
    with Simulator(servers=4, speed=0, supernodes=2) as sim:
        client = connect(sim)
        page = client.list_hyperinstances(ListHyperinstancesRequest(limit=1, offset=1))
        assert (page.current, page.total, len(page.data)) == (2, 2, 1)
        one, two = client.list_all_hyperinstances(ListAllHyperinstancesRequest()).data
        assert (two.id, two.status) == (page.data[0].id, "ACTIVE") and one.hps_id != one.id
        shown = client.get_hyperinstance(GetHyperinstanceRequest(id=one.id))
        members = client.list_hyperinstance_servers(ListHyperinstanceServersRequest(id=one.id)).data
        assert [server.id for server in shown.servers] == [server.id for server in members] == sim.server_ids[:2]
        assert {(server.server_hps.id, server.cloud_server.hps_id) for server in members} == {(one.id, one.hps_id)}


def test_operations(sim):
    client = connect(sim)
    one, two = sim.server_ids[:2]
    assert client.reboot_dev_server(RebootDevServerRequest(id=one)).status == "REBOOTING"
    assert client.stop_dev_server(StopDevServerRequest(id=two)).status == "STOPPING"
    assert client.sync_dev_servers(SyncDevServersRequest(limit=1)).total == 4
    sim.clock.advance(60)
    assert [sim.servers[one].status, sim.servers[two].status] == ["RUNNING", "STOPPED"]


def test_a_wrong_key_is_refused(sim):
    with pytest.raises(ClientRequestException) as refused:
        create(connect(sim, "wrong"), sim)
    assert (refused.value.status_code, refused.value.error_code) == (401, "APIGW.0301")
    assert sim.jobs == {}


def test_temporary_keys():
    with Simulator(servers=1, security_token="temporary") as sim:
        assert connect(sim, token="temporary").list_dev_servers(ListDevServersRequest()).total == 1
        with pytest.raises(ClientRequestException):
            connect(sim).list_dev_servers(ListDevServersRequest())
