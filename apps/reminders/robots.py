"""Group robots: the shapes that 企业微信 (WeCom) and 钉钉 (DingTalk) take, and what they answer."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from apps.reminders.outbound import Answer, Failure, Trouble, post

WECOM_BYTES = 4096
DINGTALK_BYTES = 18_000
"""What the markdown of one message may hold; what is longer is refused as a whole."""
BUSY = {-1, 45009, 130101, 660026}
"""Codes that say: not now, or too many in this minute."""
JSON_HEADERS = {"Content-Type": "application/json; charset=utf-8"}
TRANSLATED = str.maketrans({"[": "［", "]": "］", "<": "＜", ">": "＞", "`": "'", "*": "＊"})


@dataclass(frozen=True)
class Notice:
    """What a group reads: a title, and lines of markdown, the last of which is always shown."""

    title: str
    lines: tuple[str, ...]
    closing: str

    def markdown(self, *, at_most: int) -> str:
        """As many of the lines as there is room for, in bytes, and the closing one."""
        heading = f"### {self.title}"
        room = at_most - len(f"{heading}\n\n\n\n{self.closing}".encode())
        kept: list[str] = []
        for line in self.lines:
            room -= len(f"{line}\n\n".encode())
            if room < 0:
                break
            kept.append(line)
        return "\n\n".join([heading, *kept, self.closing])


def plain(text: str) -> str:
    """A title that somebody typed, without the signs that would make a link or a call of it."""
    return " ".join(text.split()).translate(TRANSLATED)


def send_to_wecom(address: str, notice: Notice) -> Failure | None:
    """To a group of 企业微信; the key is part of the address."""
    content = notice.markdown(at_most=WECOM_BYTES)
    return _send(address, {"msgtype": "markdown", "markdown": {"content": content}})


def send_to_dingtalk(address: str, secret: str, notice: Notice, *, at: datetime) -> Failure | None:
    """To a group of 钉钉; with a secret, signed for the hour around `at`."""
    markdown = {"title": notice.title, "text": notice.markdown(at_most=DINGTALK_BYTES)}
    url = f"{address}{_joint(address)}{signature(secret, at=at)}" if secret else address
    return _send(url, {"msgtype": "markdown", "markdown": markdown})


def signature(secret: str, *, at: datetime) -> str:
    """What 钉钉 wants behind the address: milliseconds, and an HMAC of them and the secret."""
    milliseconds = int(at.timestamp() * 1000)
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256)
    return f"timestamp={milliseconds}&sign={quote_plus(base64.b64encode(digest.digest()))}"


def _joint(address: str) -> str:
    return "&" if "?" in address else "?"


def _send(url: str, payload: dict[str, Any]) -> Failure | None:
    answer = post(url, json.dumps(payload, ensure_ascii=False).encode(), JSON_HEADERS)
    return answer if isinstance(answer, Failure) else _refusal(answer)


def _refusal(answer: Answer) -> Failure | None:
    """Both answer with status 200 whatever happened; the code inside tells."""
    try:
        said = json.loads(answer.body)
        code = int(said["errcode"])
    except (ValueError, TypeError, KeyError):
        return Failure(Trouble.BAD_ANSWER, answer.body[:200].decode(errors="replace"))
    if code == 0:
        return None
    trouble = Trouble.BUSY if code in BUSY else Trouble.REFUSED
    return Failure(trouble, f"{code} {said.get('errmsg', '')}")
