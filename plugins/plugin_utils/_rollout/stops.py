# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Decides whether the next wave may start, and tells check mode which waves would not."""

from __future__ import annotations

from datetime import datetime, timedelta

from .._fleet.answers import UntoldError
from .._fleet.counts import counted
from .._fleet.surroundings import Surroundings, stamp
from . import budget
from .run import LEFT, Part, Run, tally
from .servers import FAILED, GOOD, named

CANARY = "canary"
GOES_ON = "Running again goes on"
NEEDS_TIME = "To go on, give a later hdk_upgrade_not_after, or none"
WEEK = 7 * 24 * 3600.0


def before(tools: Surroundings, run: Run, number: int) -> None:
    """Stop the run where a wave may not start. Jobs left by an earlier run have started already."""
    if number == LEFT or run.stopped:
        return
    reason = on_request(run, number, tools.clock.time())
    if reason:
        run.stop(reason, on_request=True)
    else:
        _stop_if_spent(tools, run)


def on_request(run: Run, number: int, now: float) -> str | None:
    """Why an option asks that a wave does not start; None where none does. Jobs left by an earlier run have started
    already.
    """
    if number == LEFT:
        return None
    way_on = NEEDS_TIME if is_over(run, now) else GOES_ON
    after = run.options["stop_after"]
    last = next((wave.number for wave in run.waves if wave.canary), LEFT) if after == CANARY else after
    if last is not None and number > last:
        return f"it was to stop after {'the canary' if after == CANARY else f'wave {after}'}. {way_on}"
    if run.not_after is not None and now >= run.not_after:
        return f"no wave was to start after {stamp(run.not_after)}. {way_on}"
    return None


def is_over(run: Run, now: float) -> bool:
    """Whether no run could start a wave any more, as C(not_after) is a date that is past."""
    value = run.options["not_after"]
    if run.not_after is None or now < run.not_after:
        return False
    return moment_of(value, 0.0) == moment_of(value, WEEK)  # only a date is the same whenever a run begins


def may_start(run: Run) -> set[int]:
    """The waves that no option keeps from starting, as far as that is known when the run begins."""
    return {wave.number for wave in run.waves if not on_request(run, wave.number, run.begun)}


def foretold(run: Run) -> set[int]:
    """The waves that the real run would start, in check mode; none where it would be refused."""
    return may_start(run) if run.foretells else set()


def foresee(run: Run) -> None:
    """In check mode, stop where an option would stop the real run."""
    reasons = [on_request(run, wave.number, run.begun) for wave in run.waves]
    reason = next(filter(None, reasons), None)
    if reason:
        run.stop(reason, on_request=True)


def after(tools: Surroundings, run: Run, number: int, part: Part) -> None:
    """Stop the run where its failures, or those of the canary, are too many to go on."""
    tally(run, number, part)
    bad = [server for server in part.servers.values() if server.verdict not in GOOD]
    if run.wave(number).canary and run.options["canary_must_succeed"] and bad and not run.stopped:
        failed = [server for server in bad if server.verdict == FAILED]
        what = "failed" if failed else "was not upgraded"
        first = (failed or bad)[0]
        run.stop(f"the canary {what}: {named(failed or bad, 3)} ({first.reason})")
    _stop_if_spent(tools, run)


def _stop_if_spent(tools: Surroundings, run: Run) -> None:
    if run.stopped:
        return
    try:
        reason = budget.spent(run, budget.used(run, tools.platforms))
    except UntoldError as error:
        reason = f"how many failures other controllers have had is not known: {error}"
    if reason:
        run.stop(reason)


def rule(run: Run) -> str:
    """By which failures a rollout stops, after which wave, and when, for its plan and its report."""
    options = run.options
    last = options["stop_after"]
    rules = [_failures(run)]
    # Where it stops after the canary anyway, that rule would say nothing.
    if options["canary_must_succeed"] and last != CANARY and any(wave.canary for wave in run.waves):
        link = " or" if budget.allowed(run) < run.planned else ", but stops"
        rules[0] += f"{link} when the canary is not upgraded"
    if last:
        rules.append(f"stops after {'the canary' if last == CANARY else f'wave {last}'} in any case")
    if run.not_after is not None:
        rules.append(f"starts no wave after {stamp(run.not_after)}")
    return "; ".join(rules)


def _failures(run: Run) -> str:
    allowed = budget.allowed(run)
    if allowed == 0:
        return "stops at the first failure"
    if allowed < run.planned:
        return f"stops when more than {allowed:,} of {counted(run.planned)} fail"
    return f"goes on whatever fails, as the failure budget is {allowed:,}"


def moment_of(value: str | int, begun: float) -> float:
    """C(not_after) in seconds since 1970, from seconds, a time of day (the controller's next one) or an ISO time.
    Raises ValueError.
    """
    text = str(value).strip()
    if text.isascii() and text.isdigit():
        return begun + int(text)
    begin = datetime.fromtimestamp(begun).astimezone()
    hour, colon, minute = text.partition(":")
    if colon and len(minute) == 2 and hour.isdigit() and minute.isdigit():
        moment = begin.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
        return (moment if moment > begin else moment + timedelta(days=1)).timestamp()
    return datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00")).astimezone().timestamp()
