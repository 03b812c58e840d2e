"""The proxy, in front of a stand-in for Dagster and the API: what it lets through, and what it does not."""

import base64
import http.client
import http.server
import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOST, API = "videos.test", "api.videos.test"
PASSWORD = {"Authorization": "Basic " + base64.b64encode(b"ana:secret").decode()}
JSON = {"Content-Type": "application/json"}
SOCKET = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Key": "x", "Sec-WebSocket-Version": "13"}


class Echo(http.server.BaseHTTPRequestHandler):
    """Says what came."""

    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        seen = {"server": self.server.server_port, "method": self.command, "headers": dict(self.headers)}
        answer = json.dumps(seen).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815

    def log_message(self, format, *args):
        pass


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return tried.getsockname()[1]


def written(folder: Path, ports: dict[str, int]) -> Path:
    """The template as a user fills it in, with this test's folders and ports."""
    text = (ROOT / "deploy/nginx/tiktok-assets.conf.template").read_text()
    names = {"TIKTOK_HOST": HOST, "TIKTOK_API_HOST": API, "TIKTOK_API_AUTHORIZATION": "Bearer of-the-api"}
    for name, value in names.items():
        text = text.replace("${" + name + "}", value)
    text = text.replace("/etc/tiktok-assets", str(folder))
    for old, new in ports.items():
        text = text.replace(old, f"{old.rsplit(':', 1)[0]}:{new}" if ":" in old else f"listen 127.0.0.1:{new}")
    whole = folder / "nginx.conf"
    kept = "".join(
        f"{what}_temp_path {folder}/{what};" for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    head = f"pid {folder}/pid; error_log {folder}/error.log; daemon off; events {{}}"
    whole.write_text(f"{head} http {{ access_log off; {kept}\n{text}\n}}")
    return whole


@pytest.fixture(scope="module")
def proxy(tmp_path_factory):
    nginx, openssl = shutil.which("nginx"), shutil.which("openssl")
    if not (nginx and openssl):
        pytest.skip("nginx or openssl is not installed")
    folder = tmp_path_factory.mktemp("proxy")
    for path in (folder, *folder.parents[:2]):
        path.chmod(0o755)  # nginx's workers are another user
    stand_ins = [http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo) for _ in range(2)]
    for server in stand_ins:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    key, crt, subject = str(folder / "tls.key"), str(folder / "tls.crt"), f"/CN={HOST}"
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", crt, "-subj", subject]
    subprocess.run(make, check=True, capture_output=True)
    hashed = subprocess.run([openssl, "passwd", "-apr1", "secret"], check=True, capture_output=True, text=True).stdout
    (folder / "passwords").write_text(f"ana:{hashed}")
    plain, safe = free_port(), free_port()
    upstream = {"127.0.0.1:3000": stand_ins[0].server_port, "127.0.0.1:8003": stand_ins[1].server_port}
    config = written(folder, {"listen 80": plain, "listen 443": safe} | upstream)
    child = subprocess.Popen([nginx, "-c", str(config), "-p", str(folder)], stderr=subprocess.PIPE)
    for _ in range(100):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", safe)) == 0:
                break
        assert child.poll() is None, child.stderr.read().decode()
        time.sleep(0.1)
    yield {"plain": plain, "safe": safe, "dagster": stand_ins[0].server_port, "api": stand_ins[1].server_port}
    child.terminate()
    child.wait()
    for server in stand_ins:
        server.shutdown()


def ask(proxy, method: str, path: str, headers=(), host: str = HOST, body: bytes | None = None):
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    client = http.client.HTTPSConnection("127.0.0.1", proxy["safe"], context=context, timeout=10)
    client.request(method, path, body, {"Host": host} | dict(headers))
    answer = client.getresponse()
    said = answer.read()
    client.close()
    return answer.status, json.loads(said) if answer.status == 200 else {}


QUESTION = b'{"query": "{version}"}'


def test_a_page_needs_the_password(proxy):
    assert ask(proxy, "GET", "/")[0] == 401
    wrong = {"Authorization": "Basic " + base64.b64encode(b"ana:guess").decode()}
    assert ask(proxy, "GET", "/", wrong)[0] == 401
    status, seen = ask(proxy, "GET", "/", PASSWORD)
    assert (status, seen["server"]) == (200, proxy["dagster"])


def test_the_password_goes_no_further(proxy):
    assert "Authorization" not in ask(proxy, "GET", "/", PASSWORD)[1]["headers"]


def test_a_question_as_json_passes(proxy):
    assert ask(proxy, "POST", "/graphql", PASSWORD | JSON, body=QUESTION)[0] == 200
    assert ask(proxy, "POST", "/graphql", JSON, body=QUESTION)[0] == 401
    ours = {"Origin": f"https://{HOST}", "Content-Type": "application/json; charset=utf-8"}
    assert ask(proxy, "POST", "/graphql", PASSWORD | ours, body=QUESTION)[0] == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_a_change_by_any_other_method_is_refused(proxy, method):
    path = "/graphql?query=mutation%7BreloadWorkspace%7B__typename%7D%7D"
    assert ask(proxy, method, path, PASSWORD)[0] == 405
    assert ask(proxy, method, path, PASSWORD | JSON)[0] == 405


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", None])
def test_a_question_that_a_web_form_can_send_is_refused(proxy, kind):
    headers = PASSWORD | ({} if kind is None else {"Content-Type": kind})
    assert ask(proxy, "POST", "/graphql?query=mutation", headers, body=QUESTION)[0] == 405


@pytest.mark.parametrize("path", ["//graphql", "/./graphql", "/x/../graphql", "/%67raphql", "/graphql/", "/graphql;x"])
def test_no_other_way_of_writing_it_gets_a_change_through(proxy, path):
    status, _ = ask(proxy, "GET", path + "?query=mutation", PASSWORD)
    assert status == 405 or (status == 200 and path in ("/graphql/", "/graphql;x"))  # these are pages to Dagster
    assert ask(proxy, "POST", path, PASSWORD | {"Content-Type": "text/plain"}, body=QUESTION)[0] in (403, 405)


def test_a_foreign_page_cannot_ask(proxy):
    foreign = {"Origin": "https://evil.example"}
    assert ask(proxy, "POST", "/graphql", PASSWORD | JSON | foreign, body=QUESTION)[0] == 403
    assert ask(proxy, "GET", "/graphql", PASSWORD | SOCKET | foreign)[0] == 403
    assert ask(proxy, "POST", "/analyze", PASSWORD | JSON | foreign, host=API, body=b"{}")[0] == 403


def test_our_own_page_may_open_a_web_socket(proxy):
    status, seen = ask(proxy, "GET", "/graphql", PASSWORD | SOCKET | {"Origin": f"https://{HOST}"})
    assert (status, seen["headers"]["Upgrade"]) == (200, "websocket")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "rebind.evil.example", "videos.test.evil.example", "x"])
def test_another_name_is_refused(proxy, host):
    assert ask(proxy, "GET", "/", PASSWORD, host=host)[0] == 421
    assert ask(proxy, "POST", "/graphql", PASSWORD | JSON, host=host, body=QUESTION)[0] == 421


def test_nothing_outside_reports_what_was_made(proxy):
    for what in ("materialization", "check", "observation"):
        assert ask(proxy, "POST", f"/report_asset_{what}/edit/cut_analysis", PASSWORD | JSON, body=b"{}")[0] == 403


def test_nothing_else_of_dagster_is_written_to(proxy):
    assert ask(proxy, "POST", "/notebook", PASSWORD | JSON, body=b"{}")[0] == 403


def test_the_api_gets_its_token_from_the_proxy(proxy):
    assert ask(proxy, "POST", "/analyze", JSON, host=API, body=b"{}")[0] == 401
    status, seen = ask(proxy, "POST", "/analyze", PASSWORD | JSON, host=API, body=b"{}")
    assert (status, seen["server"], seen["headers"]["Authorization"]) == (200, proxy["api"], "Bearer of-the-api")
    assert seen["headers"]["Host"] == "localhost"
    assert ask(proxy, "DELETE", "/results/1", PASSWORD, host=API)[0] == 200


def test_a_body_that_is_too_large_is_refused(proxy):
    assert ask(proxy, "POST", "/analyze", PASSWORD | JSON, host=API, body=b" " * 70_000)[0] == 413


def test_without_tls_one_is_sent_to_where_it_is(proxy):
    client = http.client.HTTPConnection("127.0.0.1", proxy["plain"], timeout=10)
    client.request("GET", "/runs?x=1", headers={"Host": HOST})
    answer = client.getresponse()
    assert (answer.status, answer.getheader("Location")) == (308, f"https://{HOST}/runs?x=1")
    client.close()
