"""A bot that repeats what you write. Telegram sends each message to /webhook. For `app: bot:app`.

To tell Telegram where the bot is, run this once on your machine. BOT_TOKEN comes from @BotFather.
WEBHOOK_SECRET is any long text of letters and digits that you choose:

    curl "https://api.telegram.org/bot$BOT_TOKEN/setWebhook" \
        -d "url=https://alice.pythonanywhere.com/webhook" -d "secret_token=$WEBHOOK_SECRET"
"""

import hmac
import os

from flask import Flask, abort, request

app = Flask(__name__)

# The input `env` sets it. Without it the bot does not start, because anybody could write to it.
SECRET = os.environ["WEBHOOK_SECRET"]
if not SECRET:
    raise ValueError("WEBHOOK_SECRET is empty")


@app.get("/")
def index():
    return "The bot is running."


@app.post("/webhook")
def webhook():
    # Telegram sends the secret with each message, so nobody else can pretend to be Telegram.
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not hmac.compare_digest(given.encode(), SECRET.encode()):
        abort(403)
    message = request.get_json().get("message", {})
    if "text" not in message:
        return "", 204  # a picture, or somebody has joined: nothing to say
    # Telegram does what the answer says, so the bot need not call Telegram, and needs no token.
    return {
        "method": "sendMessage",
        "chat_id": message["chat"]["id"],
        "text": f"You wrote: {message['text']}",
    }
