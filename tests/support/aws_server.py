"""An AWS that says exactly what a test wants, over a real socket, in the words of the real one (XML and JSON)."""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

import botocore.session

from cockpit.clock import Clock, utc_now

_SERVICES = {
    "2011-06-15": "sts",
    "2014-10-31": "rds",
    "2015-12-01": "elbv2",
    "2012-06-01": "elb",
}
"""By the version that a request names."""

Parameters = Mapping[str, Any]
Result = Mapping[str, Any] | Callable[[Parameters], Mapping[str, Any]]


class AwsFaultError(Exception):
    """An answer that refuses."""

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class _Raw(NamedTuple):
    body: bytes
    status: int


class Asked(NamedTuple):
    """A call that the server got."""

    at: datetime
    api: str
    """`elbv2:DescribeTargetHealth`."""
    parameters: Parameters


class AwsServer:
    """Answers what was set for each call, and with nothing to everything else."""

    def __init__(self, clock: Clock = utc_now) -> None:
        self.asked: list[Asked] = []
        self.ahead = timedelta()
        """By how much the clock of the test's machine is ahead of this server's."""
        self.clock = clock
        self._answers: dict[str, Result | AwsFaultError | _Raw] = {}
        self.answer(
            "sts:GetCallerIdentity",
            {"Account": "123456789012", "Arn": "arn:aws:sts::123456789012:assumed-role/ops/ana", "UserId": "A:ana"},
        )
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                content, status, kind = outer._reply(self.headers.get("X-Amz-Target", ""), body)
                self.send_response_only(status)
                date = outer.clock() - outer.ahead
                self.send_header("Date", format_datetime(date.astimezone(UTC), usegmt=True))
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        """End it; calls are refused from now on."""
        self._server.shutdown()
        self._server.server_close()

    def answer(self, api: str, result: Result) -> None:
        """Answer a call with a result, or with what a function makes of its parameters; it may raise AwsFaultError."""
        self._answers[api] = result

    def refuse(self, api: str, code: str, message: str = "", status: int = 400) -> None:
        """Answer a call with an error of AWS."""
        self._answers[api] = AwsFaultError(code, message, status)

    def say(self, api: str, body: str, status: int = 200) -> None:
        """Answer a call with any text."""
        self._answers[api] = _Raw(body.encode(), status)

    def count(self, api: str) -> int:
        """Tell how often something was asked for."""
        return sum(asked.api == api for asked in self.asked)

    def _reply(self, target: str, body: bytes) -> tuple[bytes, int, str]:
        if target:
            service, operation, parameters = "cloudwatch", target.rpartition(".")[2], json.loads(body)
        else:
            parameters = dict(parse_qsl(body.decode()))
            service, operation = _SERVICES[parameters["Version"]], parameters["Action"]
        api = f"{service}:{operation}"
        self.asked.append(Asked(self.clock(), api, parameters))
        answer = self._answers.get(api) or _nothing(service, operation)
        if isinstance(answer, _Raw):
            return answer.body, answer.status, "text/xml"
        try:
            if isinstance(answer, AwsFaultError):
                raise answer
            result = answer(parameters) if callable(answer) else answer
        except AwsFaultError as fault:
            return _error(fault, as_json=bool(target))
        if target:
            return json.dumps(result, default=lambda moment: moment.timestamp()).encode(), 200, "application/json"
        return _to_xml(service, operation, result), 200, "text/xml"


def _error(fault: AwsFaultError, *, as_json: bool) -> tuple[bytes, int, str]:
    if as_json:
        content = json.dumps({"__type": fault.code, "message": fault.message})
        return content.encode(), fault.status, "application/x-amz-json-1.0"
    error = f"<Type>Sender</Type><Code>{fault.code}</Code><Message>{escape(fault.message)}</Message>"
    content = f"<ErrorResponse><Error>{error}</Error><RequestId>r-1</RequestId></ErrorResponse>"
    return content.encode(), fault.status, "text/xml"


def _to_xml(service: str, operation: str, result: Mapping[str, Any]) -> bytes:
    shape = _model(service).operation_model(operation).output_shape
    content = _xml(shape, result, f"{operation}Result")
    request = "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    return f"<{operation}Response>{content}{request}</{operation}Response>".encode()


def _xml(shape: Any, value: Any, name: str) -> str:
    if shape.type_name == "structure":
        members = (
            _xml(shape.members[key], each, shape.members[key].serialization.get("name", key))
            for key, each in value.items()
        )
        return f"<{name}>{''.join(members)}</{name}>"
    if shape.type_name == "list":
        inner = shape.member.serialization.get("name", "member")
        return f"<{name}>{''.join(_xml(shape.member, each, inner) for each in value)}</{name}>"
    if isinstance(value, datetime):
        value = value.isoformat()
    text = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{text}</{name}>"


def _nothing(service: str, operation: str) -> Mapping[str, Any]:
    """Give an answer whose lists are empty."""
    members = _model(service).operation_model(operation).output_shape.members
    return {key: [] for key, shape in members.items() if shape.type_name == "list"}


@cache
def _model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)
