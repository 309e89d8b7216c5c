FROM python:3.13-slim AS build
COPY requirements.txt /build/
RUN python -m venv --without-pip /opt/pa-deploy \
 && python -m pip --python /opt/pa-deploy/bin/python install --no-cache-dir --require-hashes --requirement /build/requirements.txt
COPY pa_deploy /opt/pa-deploy/app/pa_deploy
COPY entrypoint.py /opt/pa-deploy/app/
RUN python -m compileall -q /opt/pa-deploy/app

FROM python:3.13-slim
LABEL org.opencontainers.image.title="pa-deploy" \
      org.opencontainers.image.description="Deploy a web app to PythonAnywhere from CI" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/pa-deploy /opt/pa-deploy
# Absolute, because a workflow's `env:` may replace PATH; -u, because a runner reads pipes.
ENTRYPOINT ["/opt/pa-deploy/bin/python", "-u", "/opt/pa-deploy/app/entrypoint.py"]
