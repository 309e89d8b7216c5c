"""The plain way to put a folder there: one upload for each file, and waits for the rate limit.

The waits are not slept through: the emulator's clock is moved instead, and their sum is printed.
That clock does not know of the round trips, during which a part of each wait would have passed.
"""

import os
import sys
from pathlib import Path

import requests


def main(folder: str, target: str, clock: str) -> None:
    user = os.environ["PYTHONANYWHERE_USERNAME"]
    base = f"https://{os.environ['PYTHONANYWHERE_SITE']}/api/v0/user/{user}/"
    round_trip = float(os.environ["ROUND_TRIP_SECONDS"])
    waited, travelled = 0.0, 2 * round_trip  # to open a connection, TCP's and TLS's
    with requests.Session() as session:
        session.headers["Authorization"] = f"Token {os.environ['API_TOKEN']}"
        for file in sorted(Path(folder).rglob("*")):
            if not file.is_file():
                continue
            url = f"{base}files/path{target}/{file.relative_to(folder)}"
            while True:
                answer = session.post(url, files={"content": file.read_bytes()}, timeout=60)
                travelled += round_trip
                if answer.status_code != 429:
                    break
                seconds = int(answer.headers["Retry-After"])
                requests.post(clock, json={"advance": seconds}, timeout=10).raise_for_status()
                waited += max(0.0, seconds - travelled)
                travelled = 0.0
            answer.raise_for_status()
        domain = f"{user}.pythonanywhere.com"
        session.post(f"{base}webapps/{domain}/reload/", timeout=60).raise_for_status()
    print(waited)


if __name__ == "__main__":
    main(*sys.argv[1:])
