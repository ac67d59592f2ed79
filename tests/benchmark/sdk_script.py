# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Collect the logs of groups of servers, a job a group, with the vendor's SDK: as a careful user writes it.

    sdk_script.py [--threads 1] ENDPOINT <groups.json     [["server id", ...], ...]

The keys are in the SDK's own environment variables.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkmodelarts.v1 import (
    CreateDevServerJobRequest,
    DevServerJobCreateRequest,
    DevServerJobItem,
    GetDevServerJobRequest,
    GetDevServerJobResponse,
    ModelArtsClient,
)

INTERVAL = 1.0  # seconds


def connect(endpoint: str) -> ModelArtsClient:
    keys = BasicCredentials(
        os.environ["HUAWEICLOUD_SDK_AK"], os.environ["HUAWEICLOUD_SDK_SK"], os.environ["HUAWEICLOUD_SDK_PROJECT_ID"]
    )
    return ModelArtsClient.new_builder().with_credentials(keys).with_endpoints([endpoint]).build()


def collect(client: ModelArtsClient, name: str, server_ids: list[str]) -> GetDevServerJobResponse:
    """Submit a job and wait until it and all its tasks are over."""
    body = DevServerJobCreateRequest(
        name=name, type="LOG_COLLECT", server_ids=server_ids, items=[DevServerJobItem(type="DEVICE_LOG_COLLECT")]
    )
    job = client.create_dev_server_job(CreateDevServerJobRequest(body=body))
    while job.status != "FINISHED" or any(task.status == "PROCESSING" for task in job.tasks):
        time.sleep(INTERVAL)
        job = client.get_dev_server_job(GetDevServerJobRequest(id=job.id))
    return job


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1, help="jobs at a time")
    parser.add_argument("endpoint")
    options = parser.parse_args()
    groups = json.load(sys.stdin)
    client = connect(options.endpoint)
    failed = []
    with ThreadPoolExecutor(options.threads) as threads:
        names = [f"logs-{number}" for number in range(len(groups))]
        for job in threads.map(lambda name, server_ids: collect(client, name, server_ids), names, groups):
            failed += [f"{task.server_name}: {task.message}" for task in job.tasks if task.status != "SUCCESS"]
            print(f"{job.name} ({job.id}): {len(job.tasks)} servers done")
    print("\n".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
