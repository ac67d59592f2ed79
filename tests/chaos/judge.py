# Copyright: (c) 2026, the huaweicloud.modelarts authors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold of every story, whatever struck: judged from the record, and from what our runs said."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.chaos.record import Post, Record, Span, same
from tests.chaos.reported import contradicted, one_verdict
from tests.chaos.runs import longest
from tests.chaos.schedule import Killed, Overdue
from tests.chaos.stage import Stage, Told
from tests.chaos.texts import wrong_texts
from tests.simulator import versions

FRESHEST = 12.0  # seconds between the last look and a create; the code allows 5, and requests take time
LONGEST_SILENCE = 31.0  # seconds; the code allows 30
# Faults by which a record that is over cannot be recognised any more, so that the same job is rightly not found
HIDE_HISTORY = {"deleted_midway", "no_tasks", "late", "late_tasks", "wrong", "sparse", "rows", "vanish"}
CUT = {"short_list", "paging", "list_shape", "ignore_filters", "wrong", "vanish"}  # faults that make a list incomplete
SLOW = {"latency", "refuse", "lost"}  # faults that make a look take long, where they strike reads


@dataclass(frozen=True)
class Violation:
    """C(rule): a short name; C(text): what happened."""

    rule: str
    text: str


def judge(stage: Stage) -> list[Violation]:
    """All violations of a story."""
    record = Record(stage)
    found = []
    for rule, check in RULES.items():
        found += [Violation(rule, text) for text in check(stage, record)]
    return found


def _runs(stage: Stage, kind: str) -> Iterator[tuple[int, Told]]:
    return ((number, told) for number, told in enumerate(stage.told) if told.run.kind == kind)


def _ours(record: Record) -> Iterator[tuple[str, Span, Post]]:
    """What our jobs did on servers."""
    for server_id, spans in record.spans.items():
        for span in spans:
            if span.post is not None:
                yield server_id, span, span.post


def two_at_work(stage: Stage, record: Record) -> Iterator[str]:
    """Never two jobs at work on a server."""
    for server_id, span, post in _ours(record):
        told = stage.told[post.run]
        for other in record.busy(server_id, span):
            if _was_visible(other, post, stage) and told.run.options.get("on_conflict") != "ignore":
                yield f"run {post.run} put job {span.job.id} on {server_id}, at which {other.job.id} was"


def _was_visible(other: Span, post: Post, stage: Stage) -> bool:
    """Whether a job could be seen by the last look before a create."""
    looked, job = post.looked or 0.0, other.job
    gone = job.deleted_at is not None and job.deleted_at <= post.at
    # One that began between look and create, by another machine or by hand, cannot be prevented.
    # Of two on one machine the second looks when the first is through.
    alike = other.post is not None and _machine(stage, other.post) == _machine(stage, post)
    shown = (alike or job.made[1] < looked) and job.listed_from <= looked
    cut = stage.told[post.run].run.options.get("allow_incomplete_list") and stage.story.fault_kinds & CUT
    return shown and not gone and not cut


def _machine(stage: Stage, post: Post) -> str:
    return stage.told[post.run].run.machine


def untold_rival(stage: Stage, record: Record) -> Iterator[str]:
    """What two controllers on two machines put on a server at the same moment is told of by one of them."""
    if stage.story.faults or any(told.run.death for told in stage.told):
        return
    for server_id, span, post in _ours(record):
        for other in record.busy(server_id, span):
            warned = " ".join(text for told in stage.told for text in told.warnings)
            said = span.job.id in warned or other.job.id in warned
            if other.post and not _was_visible(other, post, stage) and not said:
                yield f"run {post.run} put job {span.job.id} on {server_id} beside {other.job.id}, and nobody was warned"


def upgraded_twice(stage: Stage, record: Record) -> Iterator[str]:
    """Never a second upgrade of a server that is at the version, unless asked."""
    for server_id, span, post in _ours(record):
        version, told = span.job.version, stage.told[post.run]
        if not version or not same(record.installed(server_id, span.began), version):
            continue
        if told.run.kind == "rollout":
            asked = told.run.options["force"] or stage.story.lied_about(stage.ids.index(server_id))
            asked = asked or stage.story.outlasts(told.run)
        else:
            asked = told.run.options["reuse"] != "finished" or not _is_recorded(stage, record, server_id, span, post)
        if not asked:
            yield f"run {post.run} upgraded {server_id} to {version}, at which it was"


def _is_recorded(stage: Stage, record: Record, server_id: str, span: Span, post: Post) -> bool:
    """Whether the newest job of the same name and items had succeeded by the last look. By that liteserver_job goes.

    A job that was made after the look, or was still at work then, is a matter of C(two_at_work).
    """
    if stage.story.fault_kinds & HIDE_HISTORY or any(event["what"] == "deletes" for event in stage.story.events):
        return False
    looked = post.looked or 0.0
    earlier = [one for one in record.spans[server_id] if one.began < looked and one.job.version]
    if not earlier or earlier[-1].job.name != span.job.name or earlier[-1].job.items != span.job.items:
        return False
    return earlier[-1].task.result == "SUCCESS" and earlier[-1].done <= looked


def downgraded(stage: Stage, record: Record) -> Iterator[str]:
    """Never a downgrade by a rollout, unless asked."""
    for server_id, span, post in _ours(record):
        told, before = stage.told[post.run], record.installed(server_id, span.began)
        if told.run.kind != "rollout" or not span.job.version or told.run.options["allow_downgrade"]:
            continue
        if (
            versions.is_older(span.job.version, before)
            and not stage.story.lied_about(stage.ids.index(server_id))
            and not stage.story.outlasts(told.run)
        ):
            yield f"run {post.run} took {server_id} from {before} to {span.job.version}"


def stale_look(stage: Stage, record: Record) -> Iterator[str]:
    """Between the last look and the create lie at most some seconds."""
    if any(one["kind"] in SLOW and one.get("method") != "POST" for one in stage.story.faults):
        return
    for post in record.posts:
        if post.looked is None or post.at - post.looked > FRESHEST:
            yield f"run {post.run} created at {post.at}, having looked at {post.looked}"


def dead_submits(stage: Stage, record: Record) -> Iterator[str]:
    """What is dead submits nothing, and neither does check mode."""
    for post in record.posts:
        told = stage.told[post.run]
        orphaned = told.controller.orphaned
        if orphaned is not None and post.at - stage.schedule.real() + stage.schedule.now > orphaned + 1.0:
            yield f"run {post.run} created a job after its ansible-playbook had gone"
        if told.run.check:
            yield f"run {post.run} created a job in check mode"


def blind_resend(stage: Stage, record: Record) -> Iterator[str]:
    """A create whose outcome is unknown is not sent again, and nothing else is created in this run of the task."""
    for number, told in enumerate(stage.told):
        posts = [post for post in record.of_run(number) if post.version]
        for n, post in enumerate(posts):
            if not post.unknown or post.job is not None or _could_be_taken_for_it(record, post):
                continue
            for later in posts[n + 1 :]:
                if told.run.kind != "rollout" or set(later.server_ids) & set(post.server_ids):
                    yield f"run {number} created again at {later.at}, not knowing what became of {post.server_ids}"


def _could_be_taken_for_it(record: Record, post: Post) -> bool:
    """Whether somebody's job looks like the one that was lost."""
    alike = [job for job in record.jobs.values() if job.name == post.body.get("name")]
    return any(job.made[1] > (post.looked or 0.0) and set(job.server_ids) <= set(post.server_ids) for job in alike)


def no_evidence(stage: Stage, record: Record) -> Iterator[str]:
    """A rollout upgrades only what a query, made since the last attempt, shows not to be at the version."""
    slow = any(one["kind"] in SLOW and one.get("method") != "POST" for one in stage.story.faults)
    for number, told in _runs(stage, "rollout"):
        since = dict.fromkeys(told.ids, told.controller.began - stage.schedule.now + stage.schedule.real())
        for post in record.of_run(number):
            if not post.version or not (post.job or post.unknown):
                continue  # what was refused was no attempt
            for server_id in post.server_ids:
                queries = [one for one in record.spans[server_id] if one.job.is_query and one.task.result == "SUCCESS"]
                found = [one for one in queries if since[server_id] <= one.task.ends <= post.at]
                if not slow and found and post.at - found[-1].task.ends > _oldest(told):
                    yield f"run {number} upgraded {server_id} by a query of {post.at - found[-1].task.ends:.0f} s ago"
                if not any(told.run.options["force"] or _names_another(one, str(post.version)) for one in found):
                    yield f"run {number} upgraded {server_id} without a query that shows it due"
                mine = [one for one in record.spans[server_id] if one.post is post]
                since[server_id] = mine[0].done if mine else post.at


def _oldest(told: Told) -> float:
    """Seconds that a query may be old: its end is seen late, then it is good for twice 30 s, and some requests are made."""
    return 90.0 + 1.5 * float(told.run.options["wait_interval"])


def _names_another(query: Span, version: str) -> bool:
    said = str(query.task.message or "").partition("Driver: ")[2].partition(" |")[0]
    return not same(said, version)


def budget_spent(stage: Stage, record: Record) -> Iterator[str]:
    """Nothing new starts once more have failed than may, after a canary that must succeed, or after the wave to stop at."""
    for number, told in _runs(stage, "rollout"):
        if not told.whole or told.result is None:
            continue
        servers = told.result["servers"]
        waves = {one["number"]: one for one in told.result["waves"]}
        for post in record.of_run(number):
            place = min((servers[one]["wave"] or 0 for one in post.server_ids if one in servers), default=0)
            if not post.version or not place:
                continue
            failed = [s for s in servers if 0 < (servers[s]["wave"] or 0) < place and _failed(record, number, s)]
            if len(failed) > told.result["budget"]["allowed"]:
                yield f"run {number} started wave {place} though {failed} had failed"
            canary = [one for one in waves.values() if one["canary"] and one["number"] < place]
            bad = [s for one in canary for s in one["servers"] if s in failed]
            if bad and told.run.options["canary_must_succeed"]:
                yield f"run {number} started wave {place} though the canary {bad} had failed"
            if told.run.options.get("stop_after") == 1 and place > 1:
                yield f"run {number} started wave {place}, and was to stop after wave 1"


def _failed(record: Record, run: int, server_id: str) -> bool:
    """Whether the last task of a run on a server failed."""
    mine = [one for one in record.spans[server_id] if one.post and one.post.run == run and one.job.version]
    return bool(mine) and mine[-1].task.result == "FAILED"


def too_long(stage: Stage, record: Record) -> Iterator[str]:
    """Every run ends within its time-out, and is never silent for long."""
    for number, told in enumerate(stage.told):
        me = told.controller
        if isinstance(me.error, Overdue) or me.ended - me.began > longest(told.run):
            yield f"run {number} took {me.ended - me.began:.0f} s and more, and has {longest(told.run):.0f} s"
        times = [me.began, *(when for when, _text in told.lines), me.ended]
        gaps = [later - earlier for earlier, later in zip(times, times[1:])]
        if max(gaps) > LONGEST_SILENCE:
            yield f"run {number} was silent for {max(gaps):.0f} s"


def broke(stage: Stage, record: Record) -> Iterator[str]:
    """No run ends in an exception."""
    for number, told in enumerate(stage.told):
        error = told.controller.error
        if error is not None and not isinstance(error, (Killed, Overdue)):
            yield f"run {number} ended in {type(error).__name__}: {error}"


def texts(stage: Stage, record: Record) -> Iterator[str]:
    """No traceback, no internal name, no secret, no control character."""
    for number, told in enumerate(stage.told):
        for text in wrong_texts(told):
            yield f"run {number} says {text!r}"


RULES: dict[str, Callable[[Stage, Record], Iterator[str]]] = {
    "two at work": two_at_work,
    "untold rival": untold_rival,
    "upgraded twice": upgraded_twice,
    "downgraded": downgraded,
    "stale look": stale_look,
    "dead submits": dead_submits,
    "blind resend": blind_resend,
    "no evidence": no_evidence,
    "budget spent": budget_spent,
    "contradicted": contradicted,
    "one verdict": one_verdict,
    "too long": too_long,
    "exception": broke,
    "texts": texts,
}
