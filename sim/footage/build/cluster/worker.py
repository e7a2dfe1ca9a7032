"""A worker of a Dask cluster that renders cameras, one at a time."""

import asyncio
import multiprocessing

from sim.errors import MachineError
from sim.footage.build.cluster.installation import describe_missing

LOOK_FOR_S = 60


def serve_worker(scheduler: str, *, processes: int) -> None:
    """Render what the scheduler hands out, in so many processes, until it goes away or Ctrl-C."""
    if processes == 1:
        _serve(scheduler)
        return
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_serve, args=(scheduler,)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    try:
        for worker in workers:
            worker.join()
    finally:
        for worker in workers:
            worker.terminate()


def _serve(scheduler: str) -> None:
    try:
        from distributed import Worker  # noqa: PLC0415
    except ImportError as error:
        raise describe_missing(error) from error

    async def serve() -> None:
        async with Worker(scheduler, nthreads=1, memory_limit=0, death_timeout=LOOK_FOR_S, dashboard=False) as worker:
            print(f"worker {worker.address} renders for {scheduler}", flush=True)
            await worker.finished()

    try:
        asyncio.run(serve())
    except (TimeoutError, OSError, ValueError) as error:
        raise MachineError(
            f"the scheduler {scheduler} cannot be reached ({type(error).__name__})",
            expected="the address of a Dask scheduler that runs, such as tcp://127.0.0.1:8786",
            todo="start it with `dask scheduler`, or correct the address",
        ) from error
