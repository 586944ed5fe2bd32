"""The server: who may ask, and that its socket says what a session says."""

import json

import pytest

pytest.importorskip("starlette")
pytest.importorskip("httpx2")
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from parity_tests.commands.playground import command, place
from parity_tests.suite.playground.playing import Session, dense, unpacked

SCRIPT = [
    {"command": "hello"},
    {"command": "new", "state": {"layers": dense(4, 2), "data": {"name": "spiral"}}},
    {"command": "step", "epochs": 2},
    {"command": "edit", "weight": "dense_1/kernel", "index": [0, 1], "value": -1.5},
    {"command": "step", "batches": 3},
    {"command": "predict", "inputs": [[1, 2], [3, 4]]},
    {"command": "points", "add": [[1, 1, 0]], "remove": [0]},
    {"command": "step", "batches": 3, "id": 9},
    {"command": "step", "batches": -3},
    {"command": "preset", "name": "sine"},
    {"command": "link", "weights": True},
    {"command": "csv_out"},
    "frame",
    {"command": "reset"},
    "frame",
]
HERE = {"host": "127.0.0.1:8021"}


def serving(**options):
    app = place.module("server").application(None, {"playground.json": b"{}"}, **options)
    return TestClient(app, base_url="http://127.0.0.1:8021")


@pytest.fixture(scope="module")
def served():
    with serving() as client:
        yield client


def test_the_same_commands_have_the_same_answers(served):
    session = Session()
    with served.websocket_connect("/session", headers=HERE) as socket:
        for request in SCRIPT:
            if request == "frame":
                socket.send_text("frame")
                there, here = socket.receive_bytes(), session.frame()
                assert there == here
                assert unpacked(there)["maps"].size
                continue
            socket.send_text(json.dumps(request))
            assert json.loads(socket.receive_text()) == session.command(request)


def test_each_connection_has_a_session_of_its_own(served):
    with (
        served.websocket_connect("/session", headers=HERE) as one,
        served.websocket_connect("/session", headers=HERE) as other,
    ):
        one.send_text(json.dumps({"command": "step", "batches": 5}))
        assert json.loads(one.receive_text())["step"] == 5
        other.send_text(json.dumps({"command": "step", "batches": 1}))
        assert json.loads(other.receive_text())["step"] == 1


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '"frame"', "[" * 100_000, " " * 2_000_001, '{"command":[]}'],
    ids=range(9),
)
def test_what_is_no_command_gets_one_sentence_and_the_session_lives(served, text):
    with served.websocket_connect("/session", headers=HERE) as socket:
        socket.send_text(text)
        answer = json.loads(socket.receive_text())
        assert answer["ok"] is False
        assert answer["error"]
        socket.send_text(json.dumps({"command": "step"}))
        assert json.loads(socket.receive_text())["ok"]


@pytest.mark.parametrize("origin", ["http://evil.example", "http://127.0.0.1:9999", "null"])
def test_only_its_own_page_may_ask(served, origin):
    with (
        pytest.raises(WebSocketDisconnect),
        served.websocket_connect("/session", headers={**HERE, "origin": origin}) as socket,
    ):
        socket.receive_text()
    with served.websocket_connect(
        "/session", headers={**HERE, "origin": "http://127.0.0.1:8021"}
    ) as socket:
        socket.send_text("frame")
        assert socket.receive_bytes()


def test_only_by_its_own_names(served):
    assert served.get("/playground.json").status_code == 200
    assert served.get("/playground.json", headers={"host": "evil.example"}).status_code == 400
    with (
        pytest.raises(WebSocketDisconnect),
        served.websocket_connect("/session", headers={"host": "evil.example"}) as socket,
    ):
        socket.receive_text()


def test_a_page_may_load_nothing_from_elsewhere(served):
    policy = served.get("/playground.json").headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy
    assert served.get("/server.py").status_code == 404


def test_who_asks_nothing_is_let_go():
    with (
        serving(idle=0.2) as client,
        pytest.raises(WebSocketDisconnect) as caught,
        client.websocket_connect("/session", headers=HERE) as socket,
    ):
        socket.receive_text()  # nothing was asked
    assert "long time" in caught.value.reason


def test_there_are_not_more_than_so_many(monkeypatch):
    monkeypatch.setattr(place.module("server"), "SESSIONS", 1)
    with (
        serving() as client,
        client.websocket_connect("/session", headers=HERE) as one,
    ):
        one.send_text("frame")
        one.receive_bytes()
        with (
            pytest.raises(WebSocketDisconnect) as caught,
            client.websocket_connect("/session", headers=HERE) as other,
        ):
            other.receive_text()
        assert caught.value.code == 1013
        assert "1 sessions" in caught.value.reason


def test_the_command_serves_with_what_is_installed():
    app = command.application(None)
    with (
        TestClient(app, base_url="http://localhost") as client,
        client.websocket_connect("/session", headers={"host": "localhost"}) as socket,
    ):
        assert client.get("/playground.json").json() == {"transport": "socket"}
        socket.send_text(json.dumps({"command": "hello"}))
        assert json.loads(socket.receive_text())["engines"] == ["scratch", "tf"]
