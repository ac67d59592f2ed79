# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options."""

    DOCUMENTATION = r"""
requirements:
  - requests, for the Python interpreter that runs the module
options:
  region:
    description:
      - The region of the project, such as V(cn-north-4). It gives the endpoint.
      - Falls back to the environment variable E(HW_REGION_NAME).
    type: str
  endpoint:
    description:
      - Scheme and host of the ModelArts API, such as V(https://modelarts.cn-north-4.myhuaweicloud.com), in place of the one
        that O(region) gives.
      - Falls back to the SDK's environment variable C(HUAWEICLOUD_SDK_REGION_MODELARTS_) followed by the region in capitals
        with underscores, such as E(HUAWEICLOUD_SDK_REGION_MODELARTS_CN_NORTH_4).
    type: str
  project_id:
    description:
      - The ID, not the name, of the project in that region.
      - Falls back to the environment variables E(HUAWEICLOUD_SDK_PROJECT_ID) and E(HW_PROJECT_ID), then to C(project_id) in
        the credentials file.
    type: str
  access_key:
    description:
      - The access key (AK).
      - Falls back to the environment variables E(HUAWEICLOUD_SDK_AK) and E(HW_ACCESS_KEY), then to C(ak) in the section
        C([basic]) of the SDK's credentials file. This is the file that E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) names, else
        C(~/.huaweicloud/credentials).
      - The first place in this order that names a token or a key decides who you are. A blank value counts as none.
    type: str
  secret_key:
    description:
      - The secret key (SK) of O(access_key).
      - Falls back to the environment variables E(HUAWEICLOUD_SDK_SK) and E(HW_SECRET_KEY), then to C(sk) in the
        credentials file.
    type: str
  security_token:
    description:
      - The security token that goes with temporary keys.
      - Falls back to the environment variables E(HUAWEICLOUD_SDK_SECURITY_TOKEN) and E(HW_SECURITY_TOKEN), then to
        C(security_token) in the credentials file, but only where O(access_key) comes from there or from behind it.
    type: str
  auth_token:
    description:
      - A token of the project, in place of O(access_key) and O(secret_key).
      - Falls back to the environment variable E(HW_AUTH_TOKEN), which comes before E(HW_ACCESS_KEY).
    type: str
  validate_certs:
    description: Whether to verify the server's certificate. Switch it off for a test only.
    type: bool
    default: true
  ca_path:
    description: A file or directory with the certificates of the authorities to trust, in place of the system's.
    type: path
  request_timeout:
    description: Seconds to wait for a connection, and then for an answer, of each request.
    type: float
    default: 30
  retries:
    description:
      - How often a read is sent again after a connection error or an answer of 429 or 5xx, with growing pauses
        or after the time that the server asks for.
      - The creation of a job is sent again only where no connection was made or where the answer was 429, so that a job is
        never made twice.
    type: int
    default: 5
"""
