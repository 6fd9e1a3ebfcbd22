"""What the program costs, measured on servers of its own: ``python -m benchmarks [PART] [--quick]``.

Each line is ``name  value  unit  ratio-to-what``. PostgreSQL, Redis and the web process are the real ones, started as
``manage.py up`` starts them, with their data in a temporary folder; ``var/`` is never touched. Without ``--quick`` the
run takes some minutes. The one process that makes the requests shares the machine's cores: its own cost is told.
"""
