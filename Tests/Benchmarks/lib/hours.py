"""Makes hour files of GH Archive's shape; the same arguments give the same bytes."""
import gzip
import pathlib
import random

API = "https://api.github.com"
# One event in so many of each type, about as in the archive of 2024.
MIX = {"PushEvent": 520, "CreateEvent": 120, "WatchEvent": 80, "PullRequestEvent": 90,
       "IssueCommentEvent": 60, "IssuesEvent": 40, "PullRequestReviewEvent": 30,
       "PullRequestReviewCommentEvent": 20, "ForkEvent": 20, "ReleaseEvent": 10}
LINKS = ["forks", "keys", "collaborators", "teams", "hooks", "events", "assignees", "branches",
         "tags", "blobs", "trees", "statuses", "languages", "stargazers", "contributors",
         "subscribers", "subscription", "commits", "comments", "contents", "compare", "merges",
         "archive", "downloads", "issues", "pulls", "milestones", "notifications", "labels",
         "releases", "deployments"]
WORDS = ("the fix adds a test when builds fail on main; see "
         "\\\"log\\\":\\r\\n\\tline – 日本 ").split(" ")
FIRST_REPOSITORY, FIRST_PERSON = 1_000_000, 5_000_000


class Hour:
    """One hour of events; `rich` ones carry what GitHub sent until October 2025."""

    def __init__(self, events, repositories, people, rich, seed=1):
        self.rng, self.rich = random.Random(seed), rich
        self.events, self.repositories, self.people = events, repositories, people
        self.types, self.weights = list(MIX), list(MIX.values())

    def text(self):
        kinds = self.rng.choices(self.types, self.weights, k=self.events)
        lines, number = [], 38_000_000_000
        for index, kind in enumerate(kinds):
            second = index * 3600 // self.events
            number += self.rng.randrange(1, 9)
            time = f"2024-05-01T00:{second // 60:02}:{second % 60:02}Z"
            lines.append(self.line(number, kind, time))
            # The archive's crawler meets some events twice.
            if self.rng.random() < 0.01:
                lines.append(lines[-1])
        return ("\n".join(lines) + "\n").encode()

    def draw(self, count):
        """Few have most: the square of an even draw."""
        return int(count * self.rng.random() ** 2)

    def line(self, number, kind, time):
        repository, person = self.draw(self.repositories), self.draw(self.people)
        name = f"org{repository % 97}/repository-{repository}"
        login = f"person-{person}"
        return (f'{{"id":"{number}","type":"{kind}","actor":{{"id":{FIRST_PERSON + person},'
                f'"login":"{login}","display_login":"{login}","gravatar_id":"",'
                f'"url":"{API}/users/{login}","avatar_url":'
                f'"https://avatars.githubusercontent.com/u/{FIRST_PERSON + person}?"}},'
                f'"repo":{{"id":{FIRST_REPOSITORY + repository},"name":"{name}",'
                f'"url":"{API}/repos/{name}"}},"payload":{self.payload(kind, name, person)},'
                f'"public":true,"created_at":"{time}"}}')

    def sha(self):
        return f"{self.rng.getrandbits(160):040x}"

    def payload(self, kind, name, person):
        rng = self.rng
        if kind == "PushEvent":
            return self.push(name)
        if kind == "PullRequestEvent":
            merged = rng.random() < 0.4
            action = "closed" if merged else rng.choice(["opened", "opened", "closed"])
            return (f'{{"action":"{action}","number":{rng.randrange(1, 9999)},"pull_request":'
                    f'{self.pull(name, person, merged)}}}')
        if kind.startswith("PullRequestReview"):
            return (f'{{"action":"created","{"comment" if "Comment" in kind else "review"}":'
                    f'{self.comment(person)},"pull_request":{self.pull(name, person, False)}}}')
        if kind in ("IssuesEvent", "IssueCommentEvent"):
            action = rng.choice(["opened", "closed"]) if kind == "IssuesEvent" else "created"
            return (f'{{"action":"{action}","issue":{self.issue(name, person)},'
                    f'"comment":{self.comment(person)}}}')
        if kind == "ReleaseEvent":
            return f'{{"action":"published","release":{self.comment(person)}}}'
        return '{"ref":"topic","ref_type":"branch","master_branch":"main","description":null}'

    def push(self, name):
        size = min(int(self.rng.paretovariate(1.6)), 500)
        head = (f'{{"repository_id":1,"push_id":{self.rng.getrandbits(34)},"size":{size},'
                f'"distinct_size":{size},"ref":"refs/heads/main","head":"{self.sha()}",'
                f'"before":"{self.sha()}","commits":[')
        commits = (f'{{"sha":"{self.sha()}","author":{{"email":"x@example.com","name":"X"}},'
                   f'"message":"{self.words(8)}","distinct":true,'
                   f'"url":"{API}/repos/{name}/commits/{self.sha()}"}}'
                   for _ in range(min(size, 20)))
        return head + ",".join(commits) + "]}"

    def words(self, count):
        return " ".join(self.rng.choices(WORDS, k=count))

    def user(self, person):
        login = f"person-{person}"
        rest = "".join(f',"{link}_url":"{API}/users/{login}/{link}"' for link in LINKS[:8])
        return f'{{"login":"{login}","id":{FIRST_PERSON + person},"type":"User"{rest}}}'

    def comment(self, person):
        return (f'{{"id":{self.rng.getrandbits(31)},"user":{self.user(person)},'
                f'"body":"{self.words(self.rng.randrange(5, 120))}","state":"approved"}}')

    def issue(self, name, person):
        return (f'{{"number":{self.rng.randrange(1, 9999)},"title":"{self.words(6)}",'
                f'"user":{self.user(person)},"labels":[],"body":"{self.words(60)}",'
                f'"comments":{self.rng.randrange(20)}}}')

    def pull(self, name, person, merged):
        rng = self.rng
        side = f'{{"ref":"main","sha":"{self.sha()}","repo":{self.repository(name, person)}}}'
        return (f'{{"number":{rng.randrange(1, 9999)},"state":"closed","title":"{self.words(6)}",'
                f'"user":{self.user(rng.randrange(self.people))},"body":"{self.words(50)}",'
                f'"head":{side},"base":{side},"merged":{"true" if merged else "false"},'
                f'"comments":1,"additions":{rng.randrange(900)},"deletions":{rng.randrange(400)}}}')

    def repository(self, name, person):
        if not self.rich:
            return f'{{"id":1,"name":"{name}","url":"{API}/repos/{name}"}}'
        links = "".join(f'"{link}_url":"{API}/repos/{name}/{link}",' for link in LINKS)
        return (f'{{"id":1,"name":"{name}","owner":{self.user(person)},"private":false,{links}'
                f'"size":{self.rng.randrange(99999)},"license":null,"topics":[]}}')


def write(folder, name, text):
    """An hour's file, unless it is there; its path."""
    path = pathlib.Path(folder) / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # A file that is there is whole: it gets its name last.
        part = path.with_suffix(".part")
        part.write_bytes(gzip.compress(text, 6, mtime=0))
        part.rename(path)
    return path


def moved(text, hour):
    """The same hour later that day, as other events: every time and every id is another one."""
    return (text.replace(b'"created_at":"2024-05-01T00:', b'"created_at":"2024-05-01T%02d:' % hour)
            .replace(b'{"id":"38', b'{"id":"%d' % (38 + hour)))
