# Two stages: what builds stays in the first, and the second gets one folder with everything in it.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY config config
COPY samples/demo samples/demo
COPY samples/pages samples/pages
COPY samples/site samples/site
COPY monitor monitor
# No pip inside: nothing is ever installed into a running container.
RUN python -m venv --without-pip /opt/monitor
RUN pip --python /opt/monitor/bin/python install --no-cache-dir \
    --constraint constraints.txt ".[chat,demo,postgres]"

FROM python:3.13-slim
LABEL org.opencontainers.image.title="China–Laos news monitor" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --no-create-home --uid 10001 monitor && install -d -o monitor /srv/data
COPY --from=build /opt/monitor /opt/monitor
COPY config /srv/config
ENV PATH=/opt/monitor/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1
# The configuration is config/, and data/monitor.db lies beside it: in the volume.
WORKDIR /srv
VOLUME /srv/data
# A number, so that an orchestrator can see that it is not root.
USER 10001
STOPSIGNAL SIGTERM
ENTRYPOINT ["monitor"]
CMD ["run"]
