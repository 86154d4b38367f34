//! Extension fields (自定义字段) of the classic operations.

use super::table::{Field, Kind, field, required};

/// A pair in the list form of `exts`.
pub(super) const PAIR: &[Field] = &[
    required("salesleads_ext_key", "自定义字段key", Kind::Text(100)),
    field("salesleads_ext_value", "自定义字段value", Kind::Text(100)),
];
