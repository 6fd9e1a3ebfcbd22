"""The pages, for a thread pool."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "amh.settings")
application = get_wsgi_application()
