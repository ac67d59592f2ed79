# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The exceptions. C(_call) turns each into a failed result; nothing else does."""

from __future__ import annotations

from typing import Any


class ModelArtsError(Exception):
    """Something a user or a server caused. C(details) are added to the module's failed result."""

    states: dict[str, Any] | None = None  # where a wait ended so: the last state of each job, a Job by id

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InputError(ModelArtsError):
    """An option that cannot be right. Nothing was sent."""


class RequestError(ModelArtsError):
    """A call that did not succeed.

    C(status) is the HTTP status, None where no answer was read. C(code) and C(request_id) are the API's own.
    """

    def __init__(
        self, message: str, status: int | None = None, code: str | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(message, failure={"status": status, "code": code, "request_id": request_id})
        self.status = status
        self.code = code
        self.retry_after: float | None = None  # seconds that the server asks to wait
        self.renewed = (
            False  # whether the keys were refused and there are others now, so that the same call may go again
        )

    @property
    def passing(self) -> bool:
        """Whether the same call may well succeed a little later."""
        return self.status == 429


class NotSentError(RequestError):
    """No connection was made, so the server never saw the request."""

    passing = True


class LostAnswerError(RequestError):
    """The request may have been carried out or not: the answer was lost, unreadable or a server error."""

    passing = True


class NotFoundError(RequestError):
    """The server says that there is no such thing."""


class UnknownOutcomeError(ModelArtsError):
    """A create whose answer was lost and whose job did not show in the list."""


class ConflictError(ModelArtsError):
    """Another job holds a server of the request."""


class IncompleteListError(ModelArtsError):
    """The platform does not show all its jobs, so that a job cannot be known to be absent."""


class AbandonedError(ModelArtsError):
    """Whoever asked for the work has gone, so nothing new is begun."""


class WaitTimeoutError(ModelArtsError):
    """The time to wait ran out. The jobs go on."""


class TaskFailureError(ModelArtsError):
    """The job is over and a server of the request did not succeed."""
