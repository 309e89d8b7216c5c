FROM python:3.13-slim AS build
COPY requirements.txt /build/
# What is uninstalled, rich needs for source code and Markdown only, and pa-deploy shows neither. Of the
# programs that come along, pa-deploy runs uv alone.
RUN python -m venv --without-pip /opt/pa-deploy \
 && python -m pip --python /opt/pa-deploy/bin/python install --no-cache-dir --no-compile \
      --require-hashes --requirement /build/requirements.txt \
 && python -m pip --python /opt/pa-deploy/bin/python uninstall --yes pygments markdown-it-py mdurl \
 && find /opt/pa-deploy/bin -type f ! -name uv -delete \
 && rm -rf /opt/pa-deploy/include /opt/pa-deploy/.gitignore \
 && find /opt/pa-deploy/lib -depth -type d -name tests -exec rm -r {} +
# All that .dockerignore lets through.
COPY . /build/
# unchecked-hash: nobody changes the files, so no start compares them with what was compiled.
# chmod, because the files may come from a checkout that only its owner can read.
# In /usr/local/bin for the CIs that run a script in the image instead of its entrypoint.
RUN mv /build/LICENSE /opt/pa-deploy/ \
 && mv /build/pa_deploy /opt/pa-deploy/lib/python3*/site-packages/ \
 && /opt/pa-deploy/bin/python -m compileall -q --invalidation-mode unchecked-hash /opt/pa-deploy/lib \
 && { echo '#!/opt/pa-deploy/bin/python -IuXutf8' && cat /build/entrypoint.py; } >/opt/pa-deploy/bin/pa-deploy \
 && chmod -R a+rX /opt/pa-deploy && chmod a+x /opt/pa-deploy/bin/pa-deploy \
 && mkdir -p /image/opt /image/usr/local/bin \
 && cp /opt/pa-deploy/bin/pa-deploy /image/usr/local/bin/ \
 && mv /opt/pa-deploy /image/opt/

FROM python:3.13-slim
# The release adds the source and the revision.
LABEL org.opencontainers.image.title="pa-deploy" \
      org.opencontainers.image.description="Deploy a web app to PythonAnywhere from CI" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /image /
# An absolute path and -I, because a workflow's `env:` may replace PATH and PYTHONPATH, and no file
# of the workspace may be imported; -u, because a runner reads pipes; utf8, whatever the locale is.
ENTRYPOINT ["/opt/pa-deploy/bin/python", "-I", "-u", "-X", "utf8", "/opt/pa-deploy/bin/pa-deploy"]
