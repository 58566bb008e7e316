"""Floor A: uvicorn and Starlette, a JSON message in, the same words out. Nothing is stored."""

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route


async def echo(request: Request) -> JSONResponse:
    """Says the same."""
    message = await request.json()
    return JSONResponse({"messages": [{"type": "text", "text": message["text"]}]})


app = Starlette(routes=[Route("/converse/{conversation}", echo, methods=["POST"])])

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), loop="uvloop", http="httptools", access_log=False, log_level="warning")
