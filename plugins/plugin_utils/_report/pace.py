# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often the report of a running operation is drawn. Pure."""

from __future__ import annotations

EACH = 45  # seconds; so that it is drawn each minute also by who looks at the clock each 15 s
SHARE = 20  # drawing takes a 20th of the time at the most, however large the fleet is


def is_due(since: float | None, took: float, wave_over: bool = False) -> bool:
    """Whether to draw now: at once after a wave, else each 45 seconds.

    since: seconds since the last drawing, None before the first. took: seconds that it took.
    """
    if since is None:
        return True
    return since >= took * SHARE and (wave_over or since >= EACH)
