# Two stages: wheels are built in the first, so that no compiler is in the end.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY monitor monitor
COPY config config
COPY samples samples
RUN python -m venv /opt/monitor
RUN /opt/monitor/bin/pip install --no-cache-dir --constraint constraints.txt ".[demo,postgres]"

FROM python:3.13-slim
RUN useradd --create-home --uid 10001 monitor && mkdir -p /srv/data && chown monitor /srv/data
COPY --from=build /opt/monitor /opt/monitor
COPY --chown=root:root config /srv/config
ENV PATH=/opt/monitor/bin:$PATH PYTHONUNBUFFERED=1
WORKDIR /srv
USER monitor
VOLUME /srv/data
STOPSIGNAL SIGTERM
CMD ["monitor", "--config", "/srv/config", "run"]
