FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    STATIC_ROOT=/srv/static \
    DOCUMENTS_DIR=/srv/documents

WORKDIR /srv/amh
COPY requirements/base.txt requirements/base.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement requirements/base.txt \
    && python -m compileall -q /usr/local/lib/python3.11/site-packages
COPY . .
RUN python manage.py collectstatic --noinput --verbosity 0 \
    && useradd --system --no-create-home amh \
    && install --directory --owner amh --group amh /srv/documents /srv/metrics

USER amh
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["uvicorn", "amh.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--loop", "uvloop", "--http", "httptools", "--timeout-graceful-shutdown", "5", "--no-access-log", \
     "--proxy-headers", "--forwarded-allow-ips", "*"]
