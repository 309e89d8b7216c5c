FROM python:3.13-slim AS build
COPY requirements.txt /build/
RUN python -m venv --without-pip /opt/pa-deploy \
 && python -m pip --python /opt/pa-deploy/bin/python install --no-cache-dir --require-hashes --requirement /build/requirements.txt
COPY pa_deploy /build/pa_deploy
COPY entrypoint.py /opt/pa-deploy/
RUN site_packages="$(/opt/pa-deploy/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')" \
 && cp -R /build/pa_deploy "$site_packages/" \
 && /opt/pa-deploy/bin/python -m compileall -q "$site_packages/pa_deploy"

FROM python:3.13-slim
LABEL org.opencontainers.image.title="pa-deploy" \
      org.opencontainers.image.description="Deploy a web app to PythonAnywhere from CI" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/pa-deploy /opt/pa-deploy
# An absolute path and -I, because a workflow's `env:` may replace PATH and PYTHONPATH, and no file
# of the workspace may be imported; -u, because a runner reads pipes.
ENTRYPOINT ["/opt/pa-deploy/bin/python", "-I", "-u", "/opt/pa-deploy/entrypoint.py"]
