"""What a site sets for itself, by those who may."""

from datetime import datetime
from typing import Any

from amh.core import audit, parameters, rules
from amh.core.models import ParameterValue, User
from amh.core.roles import Permission
from amh.core.transactions import act, hold


@act
def change(*, key: str, value: Any, unit_id: int | None = None, by: User | None, at: datetime) -> ParameterValue | None:
    """Give a parameter its value from now on, for the site or for one unit; what it was before is kept.

    ``None`` gives the value back: the unit follows the site again, the site what is declared. A value that holds
    already changes nothing and returns ``None``. Raises ``Denied`` or ``Invalid`` (key, unit, value).
    """
    rules.check(by, Permission.SET_PARAMETERS)
    parameter = parameters.known(key)
    # The rows are only ever added, so the key itself is what two people at once wait for.
    hold(f"parameter:{key}")
    parameters.check_unit(parameter, unit_id, at=at)
    value = _trimmed(value)
    if value is not None:
        parameters.check(parameter, value)
    if parameters.own(key, unit_id=unit_id) == value:
        return None
    row = ParameterValue.objects.create(key=key, unit_id=unit_id, value=value, entered_at=at, entered_by=by)
    audit.record("parameter.change", subject=row, by=by, at=at, key=key, unit=unit_id)
    return row


def _trimmed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _line_ends(said).strip() if isinstance(said, str) else said for name, said in value.items()}
    return value.strip() if isinstance(value, str) else value


def _line_ends(said: str) -> str:
    return said.replace("\r\n", "\n")
