# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of documents as they are given, in each form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible_collections.huaweicloud.modelarts.plugins.plugin_utils._report import document, html, markdown


def render_json(doc: Mapping[str, Any]) -> str:
    return document.as_json(document.build(doc))


def render_markdown(doc: Mapping[str, Any]) -> str:
    return markdown.draw(document.build(doc))


def render_html(doc: Mapping[str, Any]) -> str:
    return html.draw(document.build(doc))
