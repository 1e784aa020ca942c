"""Files that image blocks show: they must be there, be pictures, and have been there for as long as Slack needs.

Sources: the Slack file object at docs.slack.dev, and Slack's answers as users quote them in slackapi/python-slack-sdk
issues 1521 and 1658.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from playground.files import Files
from playground.limits.rules import Problems
from playground.refusal import Json, Refused

PICTURES = frozenset({"image/png", "image/jpeg", "image/gif"})


def check_message_files(blocks: list[Json] | None, attachments: list[Json] | None, files: Files) -> None:
    """Raises `invalid_blocks` where blocks of a message show a file that cannot be shown."""
    problems = Problems()
    _check(blocks or [], "/blocks", files, problems)
    for index, attachment in enumerate(attachments or []):
        _check(attachment.get("blocks") or [], f"/attachments/{index}/blocks", files, problems)
    if problems.found:
        errors = [str(problem) for problem in problems.found]
        raise Refused("invalid_blocks", messages=problems.as_messages(), extra={"errors": errors})


def check_view_files(view: Json, files: Files) -> None:
    """Raises `invalid_arguments` where blocks of a view show a file that cannot be shown."""
    problems = Problems()
    _check(view.get("blocks") or [], "/view/blocks", files, problems)
    if problems.found:
        raise Refused("invalid_arguments", messages=problems.as_messages())


def _check(blocks: list[Json], pointer: str, files: Files, problems: Problems) -> None:
    for index, block in enumerate(blocks):
        for image, where in _images(block, f"{pointer}/{index}"):
            named = image.get("slack_file")
            if isinstance(named, dict) and not _can_be_shown(named, files):
                problems.add("invalid slack file", f"{where}/slack_file")


def _images(block: Json, pointer: str) -> Iterator[tuple[Json, str]]:
    """Images of a block, with where each stands."""
    if block.get("type") == "image":
        yield block, pointer
    if isinstance(block.get("accessory"), dict):
        yield block["accessory"], f"{pointer}/accessory"
    if block.get("type") == "context" and isinstance(block.get("elements"), list):
        for index, element in enumerate(block["elements"]):
            if isinstance(element, dict) and element.get("type") == "image":
                yield element, f"{pointer}/elements/{index}"


def _can_be_shown(named: Json, files: Files) -> bool:
    file_id = str(named.get("id") or _id_in(str(named.get("url") or "")))
    try:
        file = files.find(file_id)
    except Refused:
        return False
    return files.is_ready(file) and file.get("mimetype") in PICTURES


def _id_in(address: str) -> str:
    """The id in the address that a file has here: `/files/<id>/<name>`."""
    try:
        parts = unquote(urlsplit(address).path).split("/")
    except ValueError:
        return ""
    return parts[2] if len(parts) == 4 and parts[1] == "files" else ""
