# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options."""

    DOCUMENTATION = r"""
requirements:
  - the Python library requests, for the Python that runs the module
  - the Python library huaweicloudsdkcore, for the same Python, with O(credentials=sdk)
options:
  region:
    description:
      - The region of the project, such as V(cn-north-4). The endpoint is made of it unless O(endpoint) is given.
      - Falls back to the environment variable E(HW_REGION_NAME).
    type: str
  cloud:
    description:
      - The domain of the endpoints. Not used where an endpoint is given.
      - Falls back to the environment variable E(HW_CLOUD), then to V(myhuaweicloud.eu) for regions that begin with
        C(eu-west-1) and to V(myhuaweicloud.com) for all others.
    type: str
  endpoint:
    description:
      - Scheme and host of the ModelArts API, such as V(https://modelarts.cn-north-4.myhuaweicloud.com). By default it is made of
        O(region) and O(cloud). A blank value counts as not given.
      - Falls back to the environment variable E(HUAWEICLOUD_MODELARTS_ENDPOINT), then to the SDK's, which is
        C(HUAWEICLOUD_SDK_REGION_MODELARTS_) followed by the region in capitals with underscores, such as
        E(HUAWEICLOUD_SDK_REGION_MODELARTS_CN_NORTH_4). Of several endpoints there, separated by commas, the first is used.
    type: str
  project_id:
    description:
      - The ID, not the name, of the project in that region.
      - Falls back to the environment variables E(HUAWEICLOUD_SDK_PROJECT_ID) and E(HW_PROJECT_ID), then to C(project_id) in
        the credentials file.
    type: str
  credentials:
    description:
      - Where the keys come from.
      - V(auto) takes O(access_key) and O(secret_key), or O(auth_token), from the first source that holds any of them. The sources
        are the options, the SDK's environment variables, Terraform's, and the SDK's credentials file. The keys have to be complete
        there, as two sources are never mixed. A blank value counts as not given. Later sources are not read.
      - V(sdk) gets temporary keys from the vendor's SDK, the Python library huaweicloudsdkcore. They are renewed before they
        expire, so a task may run longer than they are valid, and once where the platform refuses them. It uses the first of these
        ways that is set up, and fails where that does not work - OIDC (E(HUAWEICLOUD_OIDC_PROVIDER_URN) and its like), the SDK's
        environment variables with keys or a federation (E(HUAWEICLOUD_SDK_IDP_ID), E(HUAWEICLOUD_SDK_ID_TOKEN_FILE)), the credentials file with keys or a
        federation (C(idp_id), C(id_token_file)), a pod's identity (E(HC_CONTAINER_CREDENTIALS_FULL_URI),
        E(HC_CONTAINER_AUTHORIZATION_TOKEN_FILE)). Where none is set up, it uses the agency of the server that the module
        runs on. O(validate_certs), O(ca_path) and O(request_timeout) apply to OIDC and federation, too.
      - V(sdk) cannot be combined with O(access_key), O(secret_key), O(security_token) or O(auth_token).
      - Falls back to the environment variable E(HUAWEICLOUD_MODELARTS_CREDENTIALS), unless one of those four options is
        given, then to V(auto).
    type: str
    choices: [auto, sdk]
  access_key:
    description:
      - The access key (AK). It needs O(secret_key).
      - Falls back to the environment variables E(HUAWEICLOUD_SDK_AK) and E(HW_ACCESS_KEY), then to C(ak) in the section
        C([basic]) of the SDK's credentials file. This is the file that E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) names, else
        C(~/.huaweicloud/credentials). O(credentials) says in which order they are tried.
    type: str
  secret_key:
    description:
      - The secret key (SK) of O(access_key).
      - Falls back, together with O(access_key), to the environment variables E(HUAWEICLOUD_SDK_SK) and E(HW_SECRET_KEY), then
        to C(sk) in the credentials file.
    type: str
  security_token:
    description:
      - The security token of temporary keys. It is taken only from the source that the keys come from.
      - Falls back, together with O(access_key), to the environment variables E(HUAWEICLOUD_SDK_SECURITY_TOKEN) and
        E(HW_SECURITY_TOKEN), then to C(security_token) in the credentials file.
    type: str
  auth_token:
    description:
      - A token of the project, in place of O(access_key) and O(secret_key).
      - Falls back to the environment variable E(HW_AUTH_TOKEN), which is tried before E(HW_ACCESS_KEY).
    type: str
  validate_certs:
    description: Whether to verify the server's certificate. Set it to V(false) for a test only.
    type: bool
    default: true
  ca_path:
    description:
      - A file or directory with the certificates of the authorities to trust.
      - Falls back to the environment variables E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE), then to the authorities
        that requests trusts. These are those of the Python package certifi, not the system's. Many operating systems change that
        in their own package of requests.
    type: path
  request_timeout:
    description: Seconds that each request may take to connect, and then to get its whole answer.
    type: float
    default: 30
  retries:
    description:
      - How often a read is repeated after a connection error or an answer of 429 or 5xx, with growing pauses or after the time that
        the server asks for.
      - The creation of a job does not count here. It is repeated only where no connection was made or where it was throttled, each
        time after another look at the jobs, until the time to wait is over. Otherwise it is never repeated, so that no job is created
        twice.
    type: int
    default: 5
"""
