# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The samples of the vendor's three pages on jobs: the list, one job, and a create with its answer."""

from __future__ import annotations

from typing import Any

LIST_SAMPLE: dict[str, Any] = {
    "current": 1,
    "data": [
        {
            "create_at": 1749536420547,
            "update_at": 1749536603947,
            "id": "03af7361-5cba-44d4-b29b-4dcc5d9dff51",
            "name": "software-upgrade-792a",
            "user_name": "modelarts_user",
            "type": "ASCEND_SOFTWARE_UPGRADE",
            "status": "FINISHED",
            "abnormal_count": 0,
        },
        {
            "create_at": 1749523685137,
            "update_at": 1749523899848,
            "id": "62c89f77-fc81-45a8-9647-d6e457e73954",
            "name": "diagnosis-81ef",
            "user_name": "modelarts_user",
            "description": "POC",
            "type": "ASCEND_DIAGNOSIS",
            "status": "FINISHED",
            "abnormal_count": 0,
        },
    ],
    "pages": 1,
    "size": 2,
    "total": 2,
}
DETAIL_SAMPLE: dict[str, Any] = {
    "create_at": 1757558550702,
    "update_at": 1757558564458,
    "id": "0319470a-7fad-452e-bff0-d3ba3bd83955",
    "name": "software-query",
    "description": "Query Huawei Cloud AI software.",
    "type": "ASCEND_SOFTWARE_QUERY",
    "status": "FINISHED",
    "items": [{"type": "HDK_QUERY"}],
    "tasks": [
        {
            "create_at": 1757558550733,
            "update_at": 1757558564470,
            "id": "0319470a-2524-4b1e-bb91-09e776701d78",
            "server_id": "3384bdb0-2d31-4fe9-946e-09e776701d78",
            "server_name": "liteserver-a2-aiserver-test",
            "cloud_server": {"id": "0c12a47a-0103-4fdb-bf85-7a09a8f53ac9", "type": "BMS"},
            "status": "SUCCESS",
            "message": "Driver: 24.1.0.3 | Firmware: 7.5.0.5.220",
        }
    ],
    "template_id": "2b087a09-e90d-414c-9b15-ffec45e400e7",
    "user_name": "modelarts_user",
    "abnormal_count": 0,
}
CREATE_SAMPLE: dict[str, Any] = {
    "server_ids": ["66d210bc-023c-490a-8664-afd321a163ad"],
    "type": "HDK_UPGRADE",
    "items": [{"spec": {"version": "24.1.rc3.10"}, "type": "HDK_UPGRADE"}],
    "name": "hdk_upgrade_task",
    "description": "Task description.",
}
CREATED_SAMPLE: dict[str, Any] = {
    "create_at": 1755005748201,
    "update_at": 1755005931007,
    "id": "64e004ec-6cb0-401f-a7c0-ec2557626b16",
    "name": "hdk_upgrade_task",
    "description": "Task description.",
    "type": "ASCEND_SOFTWARE_UPGRADE",
    "status": "FINISHED",
    "items": [{"spec": {"version": "24.1.rc3.10"}, "type": "HDK_UPGRADE"}],
    "tasks": [
        {
            "create_at": 1755005748201,
            "update_at": 1755005931355,
            "id": "64e004ec-ad30-4038-9af1-afd321a163ad",
            "server_id": "66d210bc-023c-490a-8664-afd321a163ad",
            "server_name": "liteserver-978c-00001",
            "cloud_server": {
                "hps_ecs_id": "e2cb187a-4c4d-495c-a5f8-3de83a4e44ce",
                "id": "39aab8e4-add9-4c2a-8fb7-c3e477e23855",
                "type": "HPS",
            },
            "status": "SUCCESS",
            "message": "the message",
        }
    ],
    "template_id": "6f02d33b-a5d6-485c-8d73-480da5870512",
    "user_name": "modelarts_user",
    "abnormal_count": 0,
}
