"""Three addresses for those who run the server: /healthz, /readyz and /metrics."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from explorer import jobs
from explorer.errors import ExplorerError
from explorer.store import check_library
from explorer.store.rooms import count_rooms
from explorer.ui.serving.load import ServerLoad
from explorer.ui.serving.metrics import MEDIA_TYPE, metrics_text

READY = "ready"


def why_not_ready() -> str:
    """What keeps this process from serving pages, in one sentence; '' where nothing does."""
    try:
        jobs.count_open_jobs()
        count_rooms()
        check_library()
    except ExplorerError as error:
        return str(error)
    return ""


def service_routes(load: ServerLoad) -> list[Route]:
    """Health says that the process answers, readiness that library, register of runs and rooms can be used."""

    async def health(_: Request) -> PlainTextResponse:
        return PlainTextResponse("ok")

    async def readiness(_: Request) -> PlainTextResponse:
        problem = await run_in_threadpool(why_not_ready)
        return PlainTextResponse(problem or READY, 503 if problem else 200)

    async def metrics(_: Request) -> PlainTextResponse:
        return PlainTextResponse(await run_in_threadpool(metrics_text, load), media_type=MEDIA_TYPE)

    return [Route("/healthz", health), Route("/readyz", readiness), Route("/metrics", metrics)]
