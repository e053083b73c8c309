"""Writes a small archive with everything that trips a careless counter."""
import datetime
import gzip
import json
import os
import random

REPOSITORIES = [(101, "tide/harbor"), (102, "tide/lantern"), (103, "moss/fern")]
PEOPLE = [(n, f"person-{n}") for n in range(1001, 1031)]
BOTS = [(2001, "sweeper[bot]"), (2002, "mender[bot]")]


class Writer:
    """Events over the days before `today`, some repeated, some unreadable; one rename of each."""

    def __init__(self, folder, today, days=6, hours=(0, 7, 13, 23), events_an_hour=120, seed=1,
                 repositories=REPOSITORIES, renames={103: "moss/bracken"}, asides={}):
        self.repositories, self.renames, self.asides = repositories, renames, asides
        self.folder, self.rng = folder, random.Random(seed)
        self.next_id, self.next_pull = 50_000_000_000, {}
        self.open_pulls = {repo: [] for repo, _ in repositories}
        self.first = today - datetime.timedelta(days=days - 1)
        self.days, self.hours, self.amount = days, hours, events_an_hour
        self.late = []

    def write(self):
        os.makedirs(self.folder, exist_ok=True)
        for day in range(self.days):
            date = self.first + datetime.timedelta(days=day)
            for hour in self.hours:
                self._hour(date, hour, trimmed=day >= self.days // 2)
        return self

    @property
    def range(self):
        return str(self.first), str(self.first + datetime.timedelta(days=self.days - 1))

    def _hour(self, date, hour, trimmed):
        lines = [json.dumps(event) for event in self.late]
        self.late = []
        for number in range(self.amount):
            event = self._event(date, hour, number, trimmed)
            lines.append(json.dumps(event))
            if self.rng.random() < 0.05:
                lines.append(json.dumps(event))
            elif self.rng.random() < 0.05:
                self.late.append(event)
        lines[3:3] = ["{", "[]", "null", '{"type":"PushEvent"}', "\x00\x01", ""]
        with gzip.open(os.path.join(self.folder, f"{date}-{hour}.json.gz"), "wt") as file:
            file.write("\n".join(lines) + "\n")

    def _event(self, date, hour, number, trimmed):
        repo, name = self.rng.choice(self.repositories)
        person, login = self.rng.choice(PEOPLE if self.rng.random() < 0.9 else BOTS)
        if trimmed:
            name = self.renames.get(repo, name)
        elif self.next_id % 5 == 0:
            name = self.asides.get(repo, name)
        if trimmed and person == 1005:
            login = "person-five"
        kind, payload = self._payload(repo, (person, login), trimmed)
        self.next_id += 1
        return {"id": str(self.next_id), "type": kind, "public": True,
                "actor": {"id": person, "login": login}, "repo": {"id": repo, "name": name},
                "created_at": f"{date}T{hour:02}:{number % 60:02}:{number % 59:02}Z",
                "payload": payload}

    def _payload(self, repo, actor, trimmed):
        choice = self.rng.randrange(9)
        if choice <= 2:
            size = self.rng.randrange(1, 9)
            rich = {"push_id": self.next_id, "size": size + 2, "distinct_size": size}
            return "PushEvent", {"push_id": self.next_id} if trimmed else rich
        if choice == 3:
            return "PullRequestEvent", self._open(repo, actor, trimmed)
        if choice == 4:
            return "PullRequestEvent", self._close(repo, trimmed)
        if choice == 5:
            return "IssuesEvent", {"action": self.rng.choice(["opened", "closed", "reopened"]),
                                   "issue": {"number": 1}}
        if choice == 6:
            return "IssueCommentEvent", {"action": self.rng.choice(["created", "edited"]),
                                         "issue": {"number": 1}, "comment": {"id": 1}}
        if choice == 7 and self.open_pulls[repo]:
            number, author = self.rng.choice(self.open_pulls[repo])
            pull = {"number": number, "id": repo * 100000 + number}
            if not trimmed:
                pull["user"] = {"id": author[0], "login": author[1], "type": "User"}
            return "PullRequestReviewEvent", {"action": "created", "pull_request": pull,
                                              "review": {"state": "approved"}}
        return "ReleaseEvent", {"action": "published", "release": {"id": 1}}

    def _open(self, repo, actor, trimmed):
        number = self.next_pull[repo] = self.next_pull.get(repo, 0) + 1
        self.open_pulls[repo].append((number, actor))
        return {"action": "opened", "number": number,
                "pull_request": self._pull(repo, number, actor, trimmed, merged=False)}

    def _close(self, repo, trimmed):
        if not self.open_pulls[repo]:
            return {"action": "reopened", "number": 1, "pull_request": {"number": 1, "id": 1}}
        number, author = self.open_pulls[repo].pop(0)
        merged = self.rng.random() < 0.7
        action = "merged" if trimmed and merged else "closed"
        return {"action": action, "number": number,
                "pull_request": self._pull(repo, number, author, trimmed, merged)}

    def _pull(self, repo, number, author, trimmed, merged):
        pull = {"number": number, "id": repo * 100000 + number}
        if not trimmed:
            pull |= {"user": {"id": author[0], "login": author[1], "type": "User"},
                     "merged": merged, "additions": self.rng.randrange(0, 90000),
                     "deletions": self.rng.randrange(0, 900)}
        return pull
