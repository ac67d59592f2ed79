# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A web page as a picture, taken by a browser without a window."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

FLAGS = "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --disable-background-networking --disable-dev-shm-usage"


def chromium() -> str:
    """The browser's path. Raises FileNotFoundError where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise FileNotFoundError("Pictures of web pages need Chromium: apt-get install chromium")


def photograph(page: str, picture: Path, width: int, height: int) -> None:
    """Write a PNG of a page, a URL, as it is seen in a window of this size, in pixels."""
    with tempfile.TemporaryDirectory() as profile:
        command = [chromium(), *FLAGS.split(), f"--user-data-dir={profile}", f"--window-size={width},{height}"]
        subprocess.run([*command, f"--screenshot={picture}", page], check=True, capture_output=True, timeout=120)
