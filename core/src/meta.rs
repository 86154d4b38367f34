//! The vendor's parameter tables as data: what every payload and record says about its fields.
//!
//! Validation, wire JSON, the JSON Schema and everything that the bindings repeat come from here.

/// A group of fields: a payload, a record, or a part of one.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shape {
    /// The type's name, the same in every language.
    pub name: &'static str,
    /// The vendor's Chinese name for it.
    pub label: &'static str,
    /// What it is, in English.
    pub doc: &'static str,
    /// Its fields, in the order of the vendor's table, which is their order on the wire.
    pub fields: &'static [Field],
    /// The rules that span several fields.
    pub rules: &'static [FieldsRule],
    /// What becomes of members that are no fields.
    pub others: Others,
}

/// What becomes of a member that a shape does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Others {
    /// It is refused, with the nearest right name.
    Refused,
    /// It is refused, except below `extra`, whose members are sent after the known ones.
    Extra,
    /// It is kept as JSON.
    Kept,
    /// It is kept as JSON, but for numbers, which become text; where its name begins with this prefix it is text
    /// like any field.
    KeptAsTextWith(&'static str),
}

/// One field of a shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// The vendor's name, as sent, mistakes included.
    pub wire: &'static str,
    /// The name in Rust and Python; [`Field::camel_name`] is the one in Kotlin and Swift.
    pub name: &'static str,
    /// The vendor's Chinese label.
    pub label: &'static str,
    /// What the field does, in English.
    pub doc: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Its longest text, in characters (Unicode scalar values, not bytes). In a record this is what
    /// the vendor documents; only payloads are held to it.
    pub max_chars: Option<usize>,
    /// The only texts allowed, where the vendor lists them.
    pub allowed: &'static [Allowed],
    /// Whether it must be given and not be empty.
    pub required: bool,
    /// How its text must look.
    pub format: Option<Format>,
    /// Which of its texts go out as a JSON number.
    pub as_number: AsNumber,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    Text,
    /// An id: text, for which an integer may be given.
    Id,
    /// An integer from 1 to 2147483647.
    Count,
    /// Any JSON value.
    Json,
    /// A list of JSON values.
    JsonList,
    /// An object of JSON values under names of the user's own.
    JsonMap,
    /// An object of JSON values, or a list of rows of this shape.
    MapOrRows(&'static Shape),
    /// An object of this shape.
    One(&'static Shape),
    /// A list of objects of this shape.
    List(&'static Shape),
}

/// A text that a field may hold, where it may not hold any.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Allowed {
    /// The text.
    pub value: &'static str,
    /// The vendor's Chinese label.
    pub label: &'static str,
    /// What it means, in English.
    pub doc: &'static str,
}

/// How a text must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// A real day as `yyyy-MM-dd`.
    Date,
    /// An integer of 64 bits in digits, without a leading zero.
    Integer64,
}

/// Which texts go out as a JSON number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AsNumber {
    /// None.
    Never,
    /// Digits, without a leading zero, that fit a signed 64-bit integer.
    Fitting64,
    /// Digits, without a leading zero, however many.
    Digits,
}

/// A rule that spans several fields, which it names by their place in [`Shape::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldsRule {
    /// At least one of these fields must be given.
    OneOf(&'static [usize]),
    /// At least one field must be given that is none of these.
    OneBesides(&'static [usize]),
    /// `field` must be given where `when` is `is`.
    RequiredIf {
        /// The field that becomes required.
        field: usize,
        /// The field that decides.
        when: usize,
        /// Its deciding value.
        is: &'static str,
    },
    /// `field` must not be given where `when` is `is`.
    ForbiddenIf {
        /// The field that becomes forbidden.
        field: usize,
        /// The field that decides.
        when: usize,
        /// Its deciding value.
        is: &'static str,
    },
    /// The day in `end` must not come before the one in `start`.
    DateOrder {
        /// The field of the first day.
        start: usize,
        /// The field of the last day.
        end: usize,
    },
}

impl Kind {
    /// The shape that a field of this kind is made of.
    #[must_use]
    pub fn part(self) -> Option<&'static Shape> {
        match self {
            Self::MapOrRows(part) | Self::One(part) | Self::List(part) => Some(part),
            _ => None,
        }
    }
}

impl Shape {
    /// The shape of what has no fields.
    pub(crate) const NOTHING: &'static Self =
        &Self { name: "", label: "", doc: "", fields: &[], rules: &[], others: Others::Kept };

    /// Whether users may give members that it does not know.
    pub(crate) fn takes_extra(&self) -> bool {
        self.others == Others::Extra
    }

    /// The wire name that was likely meant by one that there is not.
    pub(crate) fn nearest(&self, name: &str) -> Option<&'static str> {
        // A long name is no slip, and would take long to compare.
        let lower = if name.len() > 64 { String::new() } else { name.to_ascii_lowercase() };
        let distance = |known: &str| strsim::osa_distance(&known.to_ascii_lowercase(), &lower);
        let known = self.fields.iter().map(|field| (distance(field.wire), field.wire));
        let (distance, nearest) = known.min()?;
        (distance * 4 < nearest.len().max(lower.len())).then_some(nearest)
    }

    /// The place of the field with this wire name.
    #[must_use]
    pub fn position(&self, wire: &str) -> Option<usize> {
        self.fields.iter().position(|field| field.wire == wire)
    }
}

impl Field {
    /// The name in languages whose custom is camelCase: Kotlin and Swift.
    #[must_use]
    pub fn camel_name(&self) -> String {
        camel_case(self.name)
    }

    /// Wire name and Chinese label, as messages name a field: `cus_name (客户名称)`.
    #[must_use]
    pub fn title(&self) -> String {
        format!("{} ({})", self.wire, self.label)
    }

    pub(crate) const fn new(
        name: &'static str,
        wire: &'static str,
        label: &'static str,
        doc: &'static str,
        kind: Kind,
    ) -> Self {
        Self {
            wire,
            name: if same(name.as_bytes(), wire.as_bytes()) { wire } else { name },
            label,
            doc: documented(doc),
            kind,
            max_chars: None,
            allowed: &[],
            required: false,
            format: None,
            as_number: AsNumber::Never,
        }
    }

    pub(crate) const fn max(self, characters: usize) -> Self {
        Self { max_chars: Some(characters), ..self }
    }

    pub(crate) const fn one_of(self, allowed: &'static [Allowed]) -> Self {
        Self { allowed, ..self }
    }

    pub(crate) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(crate) const fn date(self) -> Self {
        Self { format: Some(Format::Date), ..self }
    }

    pub(crate) const fn integer64(self) -> Self {
        Self { format: Some(Format::Integer64), ..self }
    }

    pub(crate) const fn as_number(self, as_number: AsNumber) -> Self {
        Self { as_number, ..self }
    }
}

impl Allowed {
    pub(crate) const fn new(value: &'static str, label: &'static str, doc: &'static str) -> Self {
        Self { value, label, doc: documented(doc) }
    }
}

/// A name in snake_case as camelCase.
#[must_use]
pub fn camel_case(name: &str) -> String {
    let mut camel = String::new();
    let mut begins = false;
    for character in name.chars() {
        if character != '_' {
            camel.push(if begins { character.to_ascii_uppercase() } else { character });
        }
        begins = character == '_';
    }
    camel
}

/// A doc text, where there is to be one: it takes room in what is shipped to browsers and phones.
pub(crate) const fn documented(doc: &'static str) -> &'static str {
    if cfg!(feature = "docs") { doc } else { "" }
}

/// The place of the field with this host name; a wrong name does not compile.
pub(crate) const fn place(fields: &[Field], name: &str) -> usize {
    let mut i = 0;
    while i < fields.len() {
        if same(fields[i].name.as_bytes(), name.as_bytes()) {
            return i;
        }
        i += 1;
    }
    panic!("no field of this name")
}

const fn same(a: &[u8], b: &[u8]) -> bool {
    let mut i = 0;
    while i < a.len() && i < b.len() && a[i] == b[i] {
        i += 1;
    }
    i == a.len() && i == b.len()
}
