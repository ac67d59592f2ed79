# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Private to this collection: may change or go at any time.

"""The exceptions. Only C(_call) turns them into failed results."""

from __future__ import annotations

from typing import Any


class ModelArtsError(Exception):
    """Something a user or a server caused. C(details) are added to the module's failed result."""

    states: dict[str, Any] | None = None  # after a wait: the last state of each job, by ID

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details


class InputError(ModelArtsError):
    """An option that cannot be right. No request has been sent for it."""


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
        self.renewed = False  # whether there are other keys now than those that were refused: the call may go again

    @property
    def passing(self) -> bool:
        """Whether the same call may succeed a little later."""
        return self.status == 429


class NotSentError(RequestError):
    """No connection was made, so the server never saw the request."""

    passing = True


class LostAnswerError(RequestError):
    """The answer was lost, unreadable or a server error, so the request may have been carried out or not."""

    passing = True


class NotFoundError(RequestError):
    """The server says that the object does not exist."""


class UnknownOutcomeError(ModelArtsError):
    """The answer to a create was lost, and no such job showed up in the list."""


class ConflictError(ModelArtsError):
    """Another job holds a server of the request."""


class IncompleteListError(ModelArtsError):
    """The platform does not show all its jobs, so it is not known that a job does not exist."""


class AbandonedError(ModelArtsError):
    """The run that asked for the work is gone, so nothing new is started."""


class StaleError(ModelArtsError):
    """What the caller knows of the servers is too old by now to create anything."""


class WaitTimeoutError(ModelArtsError):
    """The time to wait ran out. The jobs go on."""


class TaskFailureError(ModelArtsError):
    """The job is over and a server of the request did not succeed."""
