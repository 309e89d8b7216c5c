"""A small Flask app that tells irises apart with scikit-learn. For `app: app:app`."""

from flask import Flask, render_template, request
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

app = Flask(__name__)

# This model learns in less than a second, each time the app starts. If yours needs longer, train it
# on your machine, save it with `joblib.dump`, commit the file, and load it here.
iris = load_iris()
model = LogisticRegression(max_iter=1000).fit(iris.data, iris.target)


@app.get("/")
def index():
    flower = dict(zip(iris.feature_names, iris.data[0]))  # what the page begins with
    sizes = {name: request.args.get(name, size, float) for name, size in flower.items()}
    (number,) = model.predict([list(sizes.values())])
    return render_template("index.html", sizes=sizes, answer=iris.target_names[number])
