# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON schemas of the answers, written from the API pages' tables and samples; what K the vendor's SDK adds is marked.

Any optional field may be absent, as the pages' own samples show; none beyond the documented ones may be there. Times
are documented as strings and shown as numbers. `validate` needs the package jsonschema; serving does not.
"""

from __future__ import annotations

from typing import Any

_STRING: dict[str, Any] = {"type": "string"}
_COUNT: dict[str, Any] = {"type": "integer", "minimum": 0}
_TIME: dict[str, Any] = {"oneOf": [{"type": "integer"}, {"type": "string", "pattern": "^[0-9]+$"}]}
_STRINGS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "string"}}
_TYPE: dict[str, Any] = {"type": "string", "pattern": "^[-_.a-zA-Z0-9]{1,64}$"}


PAGE_FIELDS = frozenset({"current", "data", "pages", "size", "total"})


def _object(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _strings(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, _STRING)


def _page(row: dict[str, Any]) -> dict[str, Any]:
    properties = {"current": _COUNT, "pages": _COUNT, "size": _COUNT, "total": _COUNT}
    return _object({**properties, "data": {"type": "array", "items": row}}, sorted(PAGE_FIELDS))


ITEM = _object({"type": _STRING, "spec": _STRINGS}, ["type"])

TASK = _object(
    {
        "id": _STRING,
        "server_id": _STRING,
        "server_name": _STRING,
        "status": {"enum": ["PROCESSING", "SUCCESS", "FAILED", "SKIPPED"]},
        "cloud_server": _STRINGS,
        "message": _STRING,
        "create_at": _TIME,
        "update_at": _TIME,
    },
    ["id", "server_id", "status"],
)

_ROW: dict[str, Any] = {
    "id": _STRING,
    "name": _STRING,
    "user_name": _STRING,
    "description": _STRING,
    "type": _TYPE,
    "status": _STRING,
    "abnormal_count": _COUNT,
    "create_at": _TIME,
    "update_at": _TIME,
}
ROW_FIELDS = frozenset(_ROW)
JOB_ROW = _object(_ROW, ["id", "name", "type", "status"])
JOB_PAGE = _page(JOB_ROW)
JOB = _object(
    {
        **_ROW,
        "items": {"type": "array", "items": ITEM},
        "tasks": {"type": "array", "items": TASK},
        "template_id": _STRING,
    },
    ["id", "name", "type", "status", "items", "tasks"],
)
CREATE = _object(
    {
        "name": _STRING,
        "description": _STRING,
        "server_ids": {"type": "array", "items": _STRING, "minItems": 1},
        "type": _TYPE,
        "is_reboot": {"type": "boolean"},
        "items": {"type": "array", "items": ITEM, "minItems": 1},
    },
    ["name", "server_ids", "type", "items"],
)

# K: TemplateParam, DevServerTemplateListResponse, GetDevServerJobTemplateResponse
_PARAM = _object(
    {**_strings("name", "description", "value", "regex"), "visible": {"enum": ["true", "false"]}}, ["name"]
)
_TEMPLATE: dict[str, Any] = {
    **_strings("id", "name", "description", "type"),
    "flavor_type": {"enum": ["ASCEND_SNT9B", "ASCEND_SNT9C", "ASCEND_GENERIC"]},
    "params": {"type": "array", "items": _PARAM},
}
TEMPLATE_PAGE = _page(_object(_TEMPLATE, ["id", "name", "type"]))
TEMPLATE = _object(
    {
        **_TEMPLATE,
        **_strings("cmd", "swr_path", "resources", "volumes", "volumes_mount", "timeout", "check_interval", "status"),
    },
    ["id", "name", "type"],
)

# K: ServerResponse and its parts
SERVER = _object(
    {
        **_strings("charging_mode", "flavor", "id", "key_pair_name", "name", "order_id", "vpc_id", "subnet_id"),
        "create_at": {"type": "integer"},
        "update_at": {"type": "integer"},
        "status": _STRING,
        "category": {"enum": ["HPS", "SPOD", "SERVER"]},
        "cloud_server": _object(
            {
                "id": _STRING,
                "type": {"enum": ["BMS", "ECS", "HPS"]},
                "hps_id": _STRING,
                "hps_ecs_id": _STRING,
            },
            ["id", "type"],
        ),
        "endpoints": {
            "type": "array",
            "items": _object(
                {
                    "dev_service": _STRING,
                    "service": _STRING,
                    "uri": _STRING,
                    "key_pair_names": {"type": "array", "items": _STRING},
                },
                ["uri"],
            ),
        },
        "volumes": {
            "type": "array",
            "items": _object({"size": _COUNT, "type": _STRING, "evs_type": _STRING, "evs_id": _STRING}, ["type"]),
        },
        "image": _object(_strings("arch", "image_id", "name", "server_type", "status"), []),
        "server_hps": _object({"id": _STRING, "name": _STRING}, ["id"]),
    },
    ["id", "name", "status"],
)
SERVER_PAGE = _page(SERVER)

# K: ServerHyperinstanceResponse
_SUPERNODE: dict[str, Any] = {
    **_strings("id", "hps_id", "hps_cluster_id", "name", "order_id"),
    "status": {"enum": ["PROVISIONING", "ACTIVE", "ERROR", "REIMAGING", "TERMINATING", "TERMINATED"]},
    "servers": {"type": "array", "items": SERVER},
    "create_at": {"type": "integer"},
    "update_at": {"type": "integer"},
}
SUPERNODE = _object(_SUPERNODE, ["id"])
SUPERNODE_PAGE = _page(SUPERNODE)

# The vendor's pages ShowSoftware and ListPlugins
_VERSION = _object(_strings("id", "version", "description", "url"), ["version"])
_SUPPORT = _object({"type": _STRING, "info": {"type": "array", "items": _VERSION}}, ["type", "info"])
_SOFTWARE = _object({"flavor_type": _STRING, "support": {"type": "array", "items": _SUPPORT}}, ["flavor_type"])
SOFTWARE = _object({"data": {"type": "array", "items": _SOFTWARE}}, ["data"])
_PLUGIN = _object(_strings("id", "version", "status", "url"), ["version"])
PLUGIN_PAGE = _page(_object({"name": _STRING, "infos": {"type": "array", "items": _PLUGIN}}, ["name", "infos"]))

ERROR = _object({"error_code": _STRING, "error_msg": _STRING, "request_id": _STRING}, ["error_code", "error_msg"])


def validate(answer: Any, schema: dict[str, Any]) -> None:
    """Raise jsonschema.ValidationError unless the answer has this shape."""
    import jsonschema

    jsonschema.validate(answer, schema, cls=jsonschema.Draft202012Validator)
