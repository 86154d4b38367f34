"""The same types in msgspec and in pydantic, made from the vendor's samples."""

from typing import Annotated, Any, Literal

import msgspec
import pydantic
from data import LEAD
from typing_extensions import Self

# Types that are made from data: no checker can follow.
_create_model: Any = pydantic.create_model
_list: Any = list


def _type_of(name: str, value: Any, make: Any) -> Any:
    if isinstance(value, str):
        return str | None
    if isinstance(value, list):
        return _list[_type_of(name, value[0], make)] | None
    return make(name, {key: _type_of(f"{name}_{key}", member, make) for key, member in value.items()})


def _struct(name: str, fields: dict[str, Any]) -> Any:
    return msgspec.defstruct(name, [(key, kind, None) for key, kind in fields.items()])


def _model(name: str, fields: dict[str, Any]) -> Any:
    return _create_model(name, **{key: (kind, None) for key, kind in fields.items()})


_Envelope: Any = msgspec.defstruct("Envelope", [("return_code", str), ("response_data", str)])
_envelope: Any = msgspec.json.Decoder(_Envelope)
_structs: Any = msgspec.json.Decoder(_list[_type_of("Lead", LEAD, _struct)])

_EnvelopeModel: Any = _create_model("Envelope", return_code=(str, ...), response_data=(str, ...))
_models: Any = pydantic.TypeAdapter(_list[_type_of("Lead", LEAD, _model)])

LIMITS = {"detail": 4000, "latlon": 400, "address": 4000, "mobile_country": 32}


class ExtFieldModel(pydantic.BaseModel):
    """A custom field, in pydantic."""

    salesleads_ext_key: Annotated[str, pydantic.Field(min_length=1, max_length=100)]
    salesleads_ext_value: Annotated[str, pydantic.Field(max_length=100)] | None = None


class _Rules(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(populate_by_name=True, extra="forbid", frozen=True)

    @pydantic.model_validator(mode="after")
    def has_owner(self) -> Self:
        if not (self.emp_name or self.pool_name):  # type: ignore[attr-defined]
            raise ValueError("emp_name or pool_name is required")
        return self


def _field(name: str, wire: str) -> Any:
    field: Any = pydantic.Field(None, alias=wire, max_length=LIMITS.get(name, 100))
    return (Literal["", "0", "1"] | None, pydantic.Field(None)) if name == "mobile_repeat" else (str | None, field)


def add_lead_model(wire_names: dict[str, str]) -> Any:
    """The lead that is added, in pydantic, held to the vendor's rules; fields have names of their own in Python."""
    fields = {name: _field(name, wire) for name, wire in wire_names.items() if name != "exts"}
    return _create_model("AddLead", __base__=_Rules, **fields, exts=(list[ExtFieldModel] | None, None))


def msgspec_leads(page: bytes) -> Any:
    """The leads of a page, in two steps."""
    return _structs.decode(_envelope.decode(page).response_data)


def pydantic_leads(page: bytes) -> Any:
    """The leads of a page, in two steps."""
    return _models.validate_json(_EnvelopeModel.model_validate_json(page).response_data)
