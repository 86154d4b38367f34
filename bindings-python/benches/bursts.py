"""Many adds at once by a client with all defaults, and by httpx alone; a process of its own answers."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from statistics import median

import httpx
from qince_leads import Account, AddLead, AsyncClient, sign

ADDS = 1000
ROUNDS = 5
AT_ONCE = 10

SERVER = """
import asyncio, re
BODY = b'{"return_code":"0","response_data":"7"}'
ANSWER = b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s" % (len(BODY), BODY)
async def serve(reader, writer):
    try:
        while head := await reader.readuntil(b"\\r\\n\\r\\n"):
            await reader.readexactly(int(re.search(rb"(?i)content-length: (\\d+)", head)[1]))
            writer.write(ANSWER)
    except asyncio.IncompleteReadError:
        writer.close()
async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()
asyncio.run(main())
"""


def cost_of_ours() -> float:
    """The median over rounds of our time in that of httpx alone."""
    with _served() as account:
        rounds = [asyncio.run(_timed(_ours, account)) / asyncio.run(_timed(_plain, account)) for _ in range(ROUNDS)]
    return median(rounds)


async def _timed(run: Callable[[Account], Awaitable[None]], account: Account) -> float:
    start = time.perf_counter()
    await run(account)
    return time.perf_counter() - start


async def _ours(account: Account) -> None:
    async with AsyncClient(account) as client:
        await asyncio.gather(*(client.add(lead) for lead in _leads()))


async def _plain(account: Account) -> None:
    free = asyncio.Semaphore(AT_ONCE)

    async with httpx.AsyncClient() as client:

        async def add(lead: AddLead) -> None:
            async with free:
                request = sign(account, lead)
                reply = await client.post(request.url, content=request.body, headers=request.headers)
                assert reply.json()["return_code"] == "0"

        await asyncio.gather(*map(add, _leads()))


def _leads() -> Iterator[AddLead]:
    return (AddLead(cus_name=f"公司 {n}", emp_name="负责人") for n in range(ADDS))


@contextmanager
def _served() -> Iterator[Account]:
    with subprocess.Popen([sys.executable, "-c", SERVER], stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield Account("openid", "app key", f"http://127.0.0.1:{server.stdout.readline().strip()}")
        finally:
            server.kill()
