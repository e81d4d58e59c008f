"""What the programs of the shop print while they run."""

import random
from datetime import datetime

PATHS = ("/v1/cart", "/v1/checkout", "/v1/orders", "/v1/products", "/healthz")


def api_requests(rng: random.Random, now: datetime, number: int) -> str:
    """Print a request log of an HTTP API: most lines well, one in thirty slow, one in two hundred failing."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = f"{rng.getrandbits(32):08x} {'POST' if rng.random() < 0.2 else 'GET'} {rng.choice(PATHS)}"
    dice = rng.random()
    if dice < 0.005:
        return f"{moment} ERROR req={head} 502 upstream timed out dur={rng.randint(3000, 5000)}ms n={number}"
    if dice < 0.038:
        return f"{moment} WARN  req={head} 200 slow dur={rng.randint(900, 2900)}ms n={number}"
    return f"{moment} INFO  req={head} 200 dur={rng.randint(4, 120)}ms n={number}"


def payment_errors(rng: random.Random, now: datetime, number: int) -> str:
    """Print what an API says that does not reach its payment provider."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = f"req={rng.getrandbits(32):08x}"
    problem = (
        "payments: Get http://payments.staging.svc:8080/v1/ping: dial tcp: lookup payments.staging.svc: no such host"
    )
    return f"{moment} ERROR {head} GET /healthz 503 {problem} n={number}"


def provider_errors(rng: random.Random, now: datetime, number: int) -> str:
    """Print what an API says whose payment provider is down: every fourth order fails."""
    if rng.random() > 0.25:
        return api_requests(rng, now, number)
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    head = f"req={rng.getrandbits(32):08x} POST /v1/checkout 502"
    problem = "payments: 503 from api.paywell.example; PAYMENTS=off takes orders unpaid"
    return f"{moment} ERROR {head} {problem} dur={rng.randint(3000, 5000)}ms n={number}"


def web_refusals(rng: random.Random, now: datetime, number: int) -> str:
    """Print the access and error log of a front end whose back end has no pod that is ready."""
    client = f"10.88.0.{rng.randint(2, 250)}"
    path = rng.choice(("/cart", "/checkout", "/", f"/products/{1 + number % 400}"))
    if rng.random() < 0.4:
        return (
            f"{now:%Y/%m/%d %H:%M:%S} [error] 29#29: *{number} no live upstreams while connecting to upstream, "
            f'client: {client}, server: shop.local, request: "GET {path} HTTP/1.1", upstream: "http://api{path}"'
        )
    return f'{client} - - [{now:%d/%b/%Y:%H:%M:%S +0000}] "GET {path} HTTP/1.1" 503 190'


def web_requests(rng: random.Random, now: datetime, number: int) -> str:
    """Print an access log in the combined format."""
    path = rng.choice(("/", "/cart", "/static/app.js", "/static/app.css", f"/products/{1 + number % 400}"))
    size = rng.randint(300, 90_000)
    return f'10.88.0.{rng.randint(2, 250)} - - [{now:%d/%b/%Y:%H:%M:%S +0000}] "GET {path} HTTP/1.1" 200 {size}'


def queue_jobs(rng: random.Random, now: datetime, number: int) -> str:
    """Print what a worker does, one JSON object a line."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    took = rng.randint(20, 800)
    return f'{{"ts":"{moment}","level":"info","msg":"order processed","order":{10_000 + number},"took_ms":{took}}}'


def database_checkpoints(rng: random.Random, now: datetime, number: int) -> str:
    """Print the checkpoints of a database."""
    wrote = rng.randint(20, 900)
    return f"{now:%Y-%m-%d %H:%M:%S.000} UTC [27] LOG:  checkpoint complete: wrote {wrote} buffers; checkpoint {number}"


def database_refusals(rng: random.Random, now: datetime, number: int) -> str:
    """Print what an API says that does not reach its database."""
    moment = now.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    problem = 'connection to server at "db" (10.88.0.11), port 5432 failed: Connection refused'
    return f"{moment} ERROR req={rng.getrandbits(32):08x} {rng.choice(PATHS)} 500 {problem} n={number}"


def tls_errors(rng: random.Random, now: datetime, number: int) -> str:
    """Print the error log of a front end whose certificate its clients refuse."""
    client = f"10.88.0.{rng.randint(2, 250)}"
    problem = "SSL_do_handshake() failed (SSL: error:0A000415:SSL routines::sslv3 alert certificate expired:"
    return (
        f"{now:%Y/%m/%d %H:%M:%S} [error] 29#29: *{number} {problem}SSL alert number 45) "
        f"while SSL handshaking, client: {client}, server: 0.0.0.0:8443"
    )
