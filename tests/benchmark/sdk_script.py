# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a job on each of some groups of servers with the vendor's SDK: as a careful user writes it.

    sdk_script.py [--threads 1] ENDPOINT TYPE ITEMS <groups.json     [["server id", ...], ...]

It gives each request a time-out, waits for the tasks as well as for the job, and fails where a task did not succeed. The keys are
in the SDK's own environment variables.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.http.http_config import HttpConfig
from huaweicloudsdkmodelarts.v1 import (
    CreateDevServerJobRequest,
    DevServerJobCreateRequest,
    DevServerJobItem,
    GetDevServerJobRequest,
    GetDevServerJobResponse,
    ModelArtsClient,
)

INTERVAL = 1.0  # seconds
TIMEOUT = 10  # seconds to connect, and to read


def connect(endpoint: str) -> ModelArtsClient:
    names = ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK", "HUAWEICLOUD_SDK_PROJECT_ID")
    keys = BasicCredentials(*(os.environ[name] for name in names))
    http = HttpConfig(timeout=(TIMEOUT, TIMEOUT))
    builder = ModelArtsClient.new_builder().with_http_config(http).with_credentials(keys)
    return builder.with_endpoints([endpoint]).build()


def run(client: ModelArtsClient, body: DevServerJobCreateRequest) -> GetDevServerJobResponse:
    """Submit a job and wait until it and all its tasks are over."""
    job = client.create_dev_server_job(CreateDevServerJobRequest(body=body))
    while job.status != "FINISHED" or any(task.status == "PROCESSING" for task in job.tasks):
        time.sleep(INTERVAL)
        job = client.get_dev_server_job(GetDevServerJobRequest(id=job.id))
    return job


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1, help="jobs at a time")
    parser.add_argument("endpoint")
    parser.add_argument("type", help="of the jobs")
    parser.add_argument("items", type=json.loads, help="of each job, as JSON")
    options = parser.parse_args()
    items = [DevServerJobItem(**item) for item in options.items]
    bodies = [
        DevServerJobCreateRequest(name=f"job-{number}", type=options.type, server_ids=server_ids, items=items)
        for number, server_ids in enumerate(json.load(sys.stdin))
    ]
    client = connect(options.endpoint)
    with ThreadPoolExecutor(options.threads) as threads:
        jobs = list(threads.map(lambda body: run(client, body), bodies))
    failed = [f"{task.server_name}: {task.message}" for job in jobs for task in job.tasks if task.status != "SUCCESS"]
    print("\n".join(failed), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
