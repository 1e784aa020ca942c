"""Where ideas become issues, one tracker per file. A connector counts once it stands in this tuple."""

from integrations.trackers.github import GitHub
from integrations.trackers.gitlab import GitLab
from integrations.trackers.jira import Jira
from integrations.tracking import TrackerConnector

CONNECTORS: tuple[type[TrackerConnector], ...] = (GitHub, GitLab, Jira)
