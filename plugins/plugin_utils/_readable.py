# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A pure function as a filter."""

from __future__ import annotations

import functools
import typing as t

from ansible.errors import AnsibleFilterError

from ..module_utils._errors import InputError
from ._unsafe import answer


def readable(function: t.Callable[..., t.Any], wrong: str) -> t.Callable[..., t.Any]:
    """The function as a filter: its errors are shown without a traceback, and the platform's texts are never
    templates. wrong: what to say to who gives it something else than it takes.
    """

    @functools.wraps(function)
    def filtered(*args: t.Any, **options: t.Any) -> t.Any:
        try:
            return answer(function(*args, **options))
        except (ValueError, InputError) as error:
            raise AnsibleFilterError(str(error)) from None
        except (AttributeError, KeyError, TypeError):
            raise AnsibleFilterError(wrong) from None  # newer cores would add Python's own words

    return filtered
