import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

from sim.ui.http.serve import bind


def test_answers_do_not_wait_for_the_browsers_receipt() -> None:
    async def accept_one() -> int:
        accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def meet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own: socket.socket = writer.get_extra_info("socket")
            accepted.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listening = bind("127.0.0.1", 0)
        async with await asyncio.start_server(meet, sock=listening):
            _, writer = await asyncio.open_connection(*listening.getsockname()[:2])
            found = await asyncio.wait_for(accepted, timeout=30.0)
            writer.close()
        return found

    with ThreadPoolExecutor(max_workers=1) as pool:
        assert pool.submit(asyncio.run, accept_one()).result() == 1
