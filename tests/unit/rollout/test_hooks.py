# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a hook failed, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._rollout.hooks import failure, said

COMMAND = {"rc": 1, "msg": "non-zero return code", "failed": True}


@pytest.mark.parametrize(
    "result, words",
    [
        ({"msg": "no room for its pods"}, "no room for its pods"),
        ({**COMMAND, "stderr": "one\ntwo \n\n"}, "two"),
        ({**COMMAND, "stderr": ""}, "non-zero return code 1"),
        ({"msg": "MODULE FAILURE", "module_stderr": "Traceback\nKeyError: 'x'"}, "KeyError: 'x'"),
        ({"msg": "no such node", "stderr": "warning: old"}, "no such node"),
        ({"unreachable": True, "msg": "timed out"}, "a host is unreachable: timed out"),
        (
            {
                "msg": "One or more items failed",
                "results": [{"item": "n1"}, {"item": "n2", **COMMAND, "stderr": "error: pod x"}],
            },
            "item n2: error: pod x",
        ),
        (
            {
                "results": [
                    {"item": {"deep": 1}, "_ansible_item_label": "n3", **COMMAND, "stderr": "e"},
                    {"item": "n4", **COMMAND},
                ]
            },
            "item n3: e (and 1 more of its items)",
        ),
        ({"msg": "the password is hunter2", "_ansible_no_log": True}, "what it said is hidden by no_log"),
        ({"censored": "the output has been hidden"}, "what it said is hidden by no_log"),
        (
            {"results": [{"item": "hunter2", "msg": "hunter2", "failed": True, "_ansible_no_log": True}]},
            "what it said is hidden by no_log",
        ),
        ({"msg": "\x1b[31mred\x07"}, "\ufffd[31mred\ufffd"),
        ({"msg": "x" * 1000}, "x" * 300),
        ({**COMMAND, "stderr": "fatal: https://bob:hunter22@git/x"}, "fatal: https://(hidden)@git/x"),
        ({}, "no message"),
    ],
)
def test_what_is_said(result, words):
    assert said(result) == words


def test_the_task_is_named():
    assert failure("drain.yml", "before", 2, {"task": "Drain", "result": {"msg": "no"}}) == (
        "the hook drain.yml failed before wave 2, in its task 'Drain': no"
    )
    assert failure("drain.yml", "after", 1, {}) == (
        "the hook drain.yml failed after wave 1: the host that one of its tasks runs on is unreachable, as Ansible says above"
    )


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda deep: (
        st.lists(deep, max_size=3)
        | st.dictionaries(
            st.sampled_from(["msg", "results", "item", "failed", "stderr", "rc", "unreachable"]), deep, max_size=5
        )
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.sampled_from(["task", "result"]), VALUES))
def test_whatever_a_hook_says_something_is_told(failed):
    assert failure("hook.yml", "before", 1, failed).startswith("the hook hook.yml failed before wave 1")
