"""A small Dash app: a slider, and a text that follows it. For `app: app:server`."""

from dash import Dash, Input, Output, dcc, html

app = Dash(__name__, title="Hello from Dash")

# The Flask app inside the Dash app. PythonAnywhere serves this one.
server = app.server

app.layout = html.Div(
    [
        html.H1("Hello from Dash"),
        dcc.Slider(0, 10, 1, value=7, id="number"),
        html.P(id="square"),
    ]
)


@app.callback(Output("square", "children"), Input("number", "value"))
def square(number):
    return f"{number} times {number} is {number * number}."


if __name__ == "__main__":
    # On your own machine: python app.py
    app.run(debug=True)
