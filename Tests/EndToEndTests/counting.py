"""Counts hour files again, by other means than the services: the expectations of the boards.

Follows the counting rules that README.md states, straight from the JSON, one event at a time,
with exact integers (thousandths of a point).
"""
import collections
import datetime
import glob
import gzip
import hashlib
import json
import os

COUNTERS = ["commits", "prs_opened", "prs_merged", "prs_reviewed", "issues_opened",
            "issues_closed", "comments", "releases", "lines_added", "lines_deleted"]
WEIGHTS = dict(zip(COUNTERS, [10000, 15000, 25000, 20000, 8000, 5000, 3000, 30000, 10, 5]))
LINE_CAP = 1_000_000


def events(folder):
    """Every readable event of a folder once: the key is (type, id, repository, time)."""
    seen = set()
    for path in sorted(glob.glob(os.path.join(folder, "*.json.gz"))):
        with gzip.open(path, "rb") as file:
            for line in file:
                event = parse(line)
                if event is None:
                    continue
                key = (event["type"], event["id"], event["repo"]["id"], event["created_at"])
                if key not in seen:
                    seen.add(key)
                    yield event


def parse(line):
    try:
        event = json.loads(line)
        if not isinstance(event["payload"], dict):
            return None
        # A gist's event of 2012 has a repository without a number: it is nobody's.
        event["repo"].setdefault("id", 0)
        event["repo"]["name"], event["actor"]["login"]
        event["created_at"], event["type"], event["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return event


def contributor(actor):
    """GitHub's number; before 2015 people are known by login only and get a negative one."""
    if actor.get("id"):
        return actor["id"]
    digest = hashlib.sha256(actor["login"].lower().encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=False) | (1 << 63)


class Count:
    """Counters per (repository id, contributor id, day), and the names last seen."""

    def __init__(self, folder):
        self.counts = collections.defaultdict(lambda: dict.fromkeys(COUNTERS, 0))
        self.logins, self.names, self.bots = {}, {}, set()
        everything = sorted(events(folder), key=lambda e: e["created_at"])
        self.openers = {}
        for event in everything:
            self._learn(event)
        self.merged = set()
        for event in everything:
            self._count(event)

    def _learn(self, event):
        self.names[event["repo"]["id"]] = event["repo"]["name"]
        self._meet(event["actor"])
        pull = event["payload"].get("pull_request")
        if isinstance(pull, dict) and pull.get("user"):
            self.openers.setdefault(self._pull(event), pull["user"])
        if event["type"] == "PullRequestEvent" and event["payload"].get("action") == "opened":
            self.openers.setdefault(self._pull(event), event["actor"])

    def _meet(self, user):
        number = contributor(user)
        self.logins[number] = user["login"]
        if user["login"].endswith("[bot]") or user.get("type") == "Bot":
            self.bots.add(number)

    @staticmethod
    def _pull(event):
        payload = event["payload"]
        return event["repo"]["id"], (payload.get("pull_request") or {}).get("number",
                                                                            payload.get("number"))

    def _add(self, event, user, counter, amount=1):
        if user is None or amount == 0:
            return
        day = event["created_at"][:10]
        self.counts[event["repo"]["id"], contributor(user), day][counter] += amount

    def _count(self, event):
        payload, actor = event["payload"], event["actor"]
        action = payload.get("action")
        match event["type"]:
            case "PushEvent":
                size = payload.get("distinct_size", payload.get("size", 0))
                self._add(event, actor, "commits", size or 0)
            case "PullRequestEvent" if action == "opened":
                self._add(event, actor, "prs_opened")
            case "PullRequestEvent" if action in ("closed", "merged"):
                self._merge(event, action)
            case "PullRequestReviewEvent" if action in (None, "created", "submitted"):
                author = self.openers.get(self._pull(event))
                if author is None or contributor(author) != contributor(actor):
                    self._add(event, actor, "prs_reviewed")
            case "IssuesEvent" if action in ("opened", "closed"):
                self._add(event, actor, f"issues_{action}")
            case "IssueCommentEvent" | "CommitCommentEvent" | "PullRequestReviewCommentEvent" \
                    if action in (None, "created"):
                self._add(event, actor, "comments")
            case "ReleaseEvent" if action in (None, "published"):
                self._add(event, actor, "releases")

    def _merge(self, event, action):
        pull = event["payload"].get("pull_request") or {}
        if action == "closed" and pull.get("merged") is not True:
            return
        if self._pull(event) in self.merged:
            return
        self.merged.add(self._pull(event))
        author = pull.get("user") or self.openers.get(self._pull(event))
        self._add(event, author, "prs_merged")
        self._add(event, author, "lines_added", pull.get("additions") or 0)
        self._add(event, author, "lines_deleted", pull.get("deletions") or 0)

    def board(self, repository=None, since=None, until=None, bots=False):
        """What a board must show: (rank, contributor, score in thousandths, counters)."""
        per_repository = collections.defaultdict(lambda: dict.fromkeys(COUNTERS, 0))
        for (repo, person, day), counts in self.counts.items():
            if repository not in (None, repo) or (since and day < since) or (until and day > until):
                continue
            for counter, amount in counts.items():
                per_repository[repo, person][counter] += amount
        totals = collections.defaultdict(lambda: dict.fromkeys(COUNTERS, 0))
        scores = collections.Counter()
        for (_, person), counts in per_repository.items():
            if not any(counts.values()) or (person in self.bots and not bots):
                continue
            scores[person] += score(counts)
            for counter, amount in counts.items():
                totals[person][counter] += amount
        return ranked(scores, totals)


def score(counts):
    lines = counts["lines_added"] * 10 + counts["lines_deleted"] * 5
    rest = sum(counts[c] * WEIGHTS[c] for c in COUNTERS if not c.startswith("lines_"))
    return rest + min(lines, LINE_CAP)


def ranked(scores, totals):
    rows, rank, last = [], 0, None
    for position, (person, points) in enumerate(
            sorted(scores.items(), key=lambda item: (-item[1], item[0])), 1):
        if points != last:
            rank, last = position, points
        rows.append((rank, person, points, totals[person]))
    return rows


def window_days(window, today=None):
    today = today or datetime.datetime.now(datetime.timezone.utc).date()
    if window == "all":
        return None, None
    return str(today - datetime.timedelta(days=int(window[:-1]) - 1)), str(today)
