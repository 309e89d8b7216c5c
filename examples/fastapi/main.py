"""A small FastAPI app: one page, and its documentation at /docs. For `app: main:app`."""

from fastapi import FastAPI

app = FastAPI(title="Squares")


@app.get("/")
def index() -> dict[str, str]:
    return {"message": "Hello from FastAPI"}


@app.get("/squares/{number}")
async def square(number: int) -> dict[str, int]:
    return {"number": number, "square": number * number}
