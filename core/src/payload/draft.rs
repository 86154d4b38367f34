//! A payload as its table sees it, one slot a field: what reading, checking and writing are written over.

use std::borrow::Cow;

use crate::json::Json;
use crate::meta::{Field, Shape};
use crate::payload::{JsonMap, check};
use crate::violation::InvalidPayload;
use crate::violation::Report;

/// A group of fields with what has been given for them: a payload, or a part of one.
pub struct Draft<'t> {
    shape: &'static Shape,
    /// One for each field, in the order of the table.
    slots: Vec<Slot<'t>>,
    /// Members that the table does not know, to be sent after the known ones.
    pub(super) extra: Cow<'t, JsonMap>,
    /// Whether its members were read in the order of the table, each once.
    pub(super) is_in_order: bool,
    /// Whether it stands for something of another type, which was reported when it was read.
    pub(super) is_mistyped: bool,
}

/// What has been given for a field. Where it can, it borrows what it says.
#[derive(Default)]
pub enum Slot<'t> {
    /// Nothing, or null.
    #[default]
    Absent,
    /// Something of the wrong type, which was reported when it was read and is not judged further.
    Mistyped,
    /// Text, or an id.
    Text(Cow<'t, str>),
    /// An integer.
    Count(i64),
    /// Any JSON value.
    Json(Cow<'t, Json>),
    /// A list of JSON values.
    JsonList(Cow<'t, [Json]>),
    /// An object of JSON values.
    JsonMap(Cow<'t, JsonMap>),
    /// An object with a table of its own.
    One(Box<Draft<'t>>),
    /// A list of such objects.
    List(Vec<Draft<'t>>),
}

impl<'t> Slot<'t> {
    /// Whether it counts as given: an empty text, list or map does not.
    pub(super) fn is_given(&self) -> bool {
        match self {
            Self::Absent => false,
            Self::Text(text) => !text.is_empty(),
            Self::JsonList(list) => !list.is_empty(),
            Self::JsonMap(map) => !map.is_empty(),
            Self::List(rows) => !rows.is_empty(),
            Self::Mistyped | Self::Count(_) | Self::Json(_) | Self::One(_) => true,
        }
    }

    /// Its text, if it is text.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'t> Draft<'t> {
    /// A draft of slots in the order of the table, one for each field.
    #[must_use]
    pub fn new(shape: &'static Shape, slots: Vec<Slot<'t>>) -> Self {
        Self { shape, slots, extra: Cow::default(), is_in_order: true, is_mistyped: false }
    }

    /// The same draft with members that the table does not know.
    #[must_use]
    pub fn with_extra(self, extra: &'t JsonMap) -> Self {
        Self { extra: Cow::Borrowed(extra), ..self }
    }

    /// A draft in which nothing is given.
    pub(crate) fn empty(shape: &'static Shape) -> Self {
        let mut slots = Vec::new();
        slots.resize_with(shape.fields.len(), Slot::default);
        Self::new(shape, slots)
    }

    /// The table.
    #[must_use]
    pub fn shape(&self) -> &'static Shape {
        self.shape
    }

    /// What is given, in the order of the table.
    #[must_use]
    pub fn slots(&self) -> &[Slot<'t>] {
        &self.slots
    }

    /// The members that the table does not know.
    #[must_use]
    pub fn extra(&self) -> &JsonMap {
        &self.extra
    }

    pub(crate) fn set(&mut self, place: usize, slot: Slot<'t>) {
        self.slots[place] = slot;
    }

    /// Its slots and its extra members.
    #[must_use]
    pub fn into_parts(self) -> (Vec<Slot<'t>>, JsonMap) {
        (self.slots, self.extra.into_owned())
    }

    /// The text of the field with this wire name, if one is given.
    pub(super) fn text(&self, wire: &str) -> Option<&str> {
        let place = self.shape.position(wire)?;
        self.slots[place].text().filter(|text| !text.is_empty())
    }

    pub(super) fn fields(&self) -> impl Iterator<Item = (&'static Field, &Slot<'t>)> {
        self.shape.fields.iter().zip(&self.slots)
    }

    /// Checks every rule.
    ///
    /// # Errors
    ///
    /// [`InvalidPayload`] with all violations.
    pub fn validate(&self) -> Result<(), InvalidPayload> {
        self.checked(Report::default())
    }

    /// Checks every rule, after what reading has found.
    pub(super) fn checked(&self, mut report: Report) -> Result<(), InvalidPayload> {
        check::check(self, &mut report);
        report.into_result()
    }
}
