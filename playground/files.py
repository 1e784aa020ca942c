"""Files: announced, uploaded, shared, fetched. Bytes lie in a folder, what is known of them in the store."""

from __future__ import annotations

import mimetypes
import secrets
import time
from pathlib import Path

from playground.ids import new_id
from playground.refusal import Json, Refused
from playground.store import Store

MOST_BYTES = 20_000_000


class Files:
    """Slack's upload in three steps: announce (a place to send to), send, complete."""

    def __init__(self, store: Store, folder: Path, ready_after: float = 0.0) -> None:
        """`ready_after` is how many seconds after its completion a file can be shown by a block; Slack needs some."""
        self._store = store
        self._folder = folder
        self._ready_after = ready_after

    def announce(self, name: str, length: int, user: str) -> tuple[str, str]:
        """Answers the new file's id and the secret under which its bytes may be sent."""
        if length <= 0 or length > MOST_BYTES:
            raise Refused("invalid_arguments", f"A file may have 1 to {MOST_BYTES} bytes.")
        file_id, secret = new_id("F"), secrets.token_urlsafe(24)
        self._store.put("upload", secret, {"file_id": file_id})
        self._store.put(
            "file", file_id, {"id": file_id, "name": name, "user": user, "size": length, "state": "announced"}
        )
        return file_id, secret

    def receive(self, secret: str, content: bytes) -> str:
        """Keeps the bytes and answers the file's id; raises `upload_not_found`."""
        upload = self._store.get("upload", secret)
        if upload is None:
            raise Refused("upload_not_found", "This upload address was never issued, or used.", status=404)
        file = self.find(upload["file_id"])
        self._folder.mkdir(parents=True, exist_ok=True)
        self._path(file["id"]).write_bytes(content)
        with self._store.writing():
            self._store.put("file", file["id"], {**file, "size": len(content), "state": "sent"})
            self._store.drop("upload", secret)
        return str(file["id"])

    def complete(self, file_id: str, title: str, base_url: str) -> Json:
        """Makes an uploaded file a full one, as `files.info` answers it; raises `file_not_found`."""
        file = self.find(file_id)
        if file["state"] != "sent":
            raise Refused("file_not_found", f"Nothing was sent for {file_id} yet, or it is complete already.")
        mimetype = mimetypes.guess_type(file["name"])[0] or "application/octet-stream"
        suffix = Path(file["name"]).suffix.lstrip(".").lower()
        address = f"{base_url}/files/{file_id}/{file['name']}"
        now = int(time.time())
        full = {
            "id": file_id,
            "created": now,
            "timestamp": now,
            "name": file["name"],
            "title": title or file["name"],
            "mimetype": mimetype,
            "filetype": suffix or "binary",
            "pretty_type": suffix.upper() or "Binary",
            "user": file["user"],
            "editable": False,
            "size": file["size"],
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": True,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": address,
            "url_private_download": address,
            "permalink": address,
            "is_starred": False,
            "has_rich_preview": False,
            "file_access": "visible",
            "channels": [],
            "groups": [],
            "ims": [],
            "shares": {},
            "state": "complete",
            "ready_at": time.time() + self._ready_after,
        }
        self._store.put("file", file_id, full)
        return full

    def shared(self, file: Json, channel: str, ts: str) -> Json:
        """Notes in which message the file was shared."""
        file = {**file, "channels": [*file["channels"], channel]}
        shares = {**file["shares"].get("public", {}), channel: [{"ts": ts}]}
        file["shares"] = {"public": shares}
        self._store.put("file", file["id"], file)
        return file

    def find(self, file_id: str) -> Json:
        """What is known of a file; raises `file_not_found`."""
        file = self._store.get("file", file_id)
        if file is None:
            raise Refused("file_not_found", f"There is no file {file_id!r}.", status=200)
        return file

    def is_ready(self, file: Json) -> bool:
        """Can blocks show this file by now?"""
        return bool(file["state"] == "complete" and time.time() >= file.get("ready_at", 0.0))

    def path(self, file_id: str) -> Path:
        """Where the bytes of a file are; raises `file_not_found` (HTTP 404)."""
        if self._store.get("file", file_id) is None or not self._path(file_id).is_file():
            raise Refused("file_not_found", f"There is no file {file_id!r}.", status=404)
        return self._path(file_id)

    def delete(self, file_id: str) -> None:
        """Removes a file and its bytes."""
        self.find(file_id)
        self._store.drop("file", file_id)
        self._path(file_id).unlink(missing_ok=True)

    def _path(self, file_id: str) -> Path:
        return self._folder / file_id


def public(file: Json) -> Json:
    """A file without what only the playground needs."""
    return {key: value for key, value in file.items() if key not in {"state", "ready_at"}}
