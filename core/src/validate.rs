//! Checking payloads: every violation is reported, by path and rule.

use std::fmt;

use crate::error::InvalidPayload;
use crate::meta::{Field, FieldsRule, Shape};
use crate::payload::{Draft, Slot};

/// One way in which a payload is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Violation {
    /// Where, in wire names: `exts[0].salesleads_ext_key`; empty where the payload as a whole is meant.
    pub path: String,
    /// Which rule is broken.
    pub rule: Rule,
    /// What is wrong and what to do, ready to be shown: `cus_name (客户名称): 101 characters, at most 100`.
    pub message: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// The rules a payload is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The value is of another type than the field.
    Type,
    /// There is no such field.
    UnknownField,
    /// The text is longer than the vendor's table allows, counted in characters.
    MaxLength,
    /// The text is none of those the vendor lists.
    AllowedValues,
    /// The text does not look as the vendor demands.
    Format,
    /// The number is too small or too large.
    Range,
    /// The last day comes before the first.
    DateOrder,
    /// The field must be given.
    Required,
    /// At least one of several fields must be given.
    RequiredOneOf,
    /// The field must be given because of another field's value.
    RequiredIf,
    /// The field must not be given because of another field or its value.
    ForbiddenIf,
}

impl Rule {
    /// All rules.
    pub const ALL: &'static [Self] = &[
        Self::Type,
        Self::UnknownField,
        Self::MaxLength,
        Self::AllowedValues,
        Self::Format,
        Self::Range,
        Self::DateOrder,
        Self::Required,
        Self::RequiredOneOf,
        Self::RequiredIf,
        Self::ForbiddenIf,
    ];

    /// The rule's stable name, the same in every language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Type => "type",
            Self::UnknownField => "unknown_field",
            Self::MaxLength => "max_length",
            Self::AllowedValues => "allowed_values",
            Self::Format => "format",
            Self::Range => "range",
            Self::DateOrder => "date_order",
            Self::Required => "required",
            Self::RequiredOneOf => "required_one_of",
            Self::RequiredIf => "required_if",
            Self::ForbiddenIf => "forbidden_if",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The way from the payload to a value below it.
#[derive(Clone, Copy)]
pub(crate) enum Path<'p> {
    Top,
    Member(&'p Path<'p>, &'p str),
    Element(&'p Path<'p>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => Ok(()),
            Self::Member(Self::Top, name) => f.write_str(name),
            Self::Member(parent, name) => write!(f, "{parent}.{name}"),
            Self::Element(parent, index) => write!(f, "{parent}[{index}]"),
        }
    }
}

/// The violations found so far.
#[derive(Default)]
pub(crate) struct Report {
    violations: Vec<Violation>,
}

impl Report {
    /// Notes a violation; `label` is the field's Chinese name, or empty.
    pub(crate) fn add(&mut self, path: Path<'_>, label: &str, rule: Rule, what: &dyn fmt::Display) {
        let path = path.to_string();
        let message = match (path.as_str(), label) {
            ("", _) => what.to_string(),
            (path, "") => format!("{path}: {what}"),
            (path, label) => format!("{path} ({label}): {what}"),
        };
        self.violations.push(Violation { path, rule, message });
    }

    /// Judges the rules that span several fields.
    pub(crate) fn add_fields_rules(&mut self, payload: &Draft<'_>) {
        let shape = payload.shape();
        let given = |at: usize| payload.slots()[at].is_given();
        let text = |at: usize| payload.slots()[at].text().filter(|text| !text.is_empty());
        for rule in shape.rules {
            match *rule {
                FieldsRule::OneOf(fields) => {
                    if !fields.iter().copied().any(given) {
                        let fields = fields.iter().map(|&at| &shape.fields[at]);
                        self.add_none_given(fields);
                    }
                }
                FieldsRule::OneBesides(ignored) => {
                    let counts = |at: &usize| !ignored.contains(at);
                    let mut counting = (0..shape.fields.len()).filter(counts);
                    if payload.extra().is_empty() && !counting.any(given) {
                        let fields = (0..shape.fields.len()).filter(counts);
                        self.add_none_given(fields.map(|at| &shape.fields[at]));
                    }
                }
                FieldsRule::RequiredIf { field, when, is } => {
                    if text(when) == Some(is) && !given(field) {
                        let because = decision(shape, when, is);
                        self.add_field(
                            shape,
                            field,
                            Rule::RequiredIf,
                            format!("required {because}"),
                        );
                    }
                }
                FieldsRule::ForbiddenIf { field, when, is } => {
                    let is_mistyped = matches!(payload.slots()[field], Slot::Mistyped);
                    if text(when) == Some(is) && given(field) && !is_mistyped {
                        let because = decision(shape, when, is);
                        let what = format!("must be left out {because}");
                        self.add_field(shape, field, Rule::ForbiddenIf, what);
                    }
                }
                FieldsRule::DateOrder { start, end } => {
                    let day = |at| text(at).filter(|text| is_date(text));
                    if let (Some(first), Some(last)) = (day(start), day(end))
                        && last < first
                    {
                        let what = format!("must not come before {}", shape.fields[start].title());
                        self.add_field(shape, end, Rule::DateOrder, what);
                    }
                }
            }
        }
    }

    fn add_field(&mut self, shape: &Shape, at: usize, rule: Rule, what: String) {
        let field = &shape.fields[at];
        self.add(Path::Member(&Path::Top, field.wire), field.label, rule, &what);
    }

    fn add_none_given(&mut self, fields: impl Iterator<Item = &'static Field>) {
        let titles: Vec<_> = fields.map(Field::title).collect();
        let what = format!("at least one of these is required: {}", titles.join(", "));
        self.add(Path::Top, "", Rule::RequiredOneOf, &what);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    pub(crate) fn into_result(self) -> Result<(), InvalidPayload> {
        if self.is_empty() { Ok(()) } else { Err(InvalidPayload { violations: self.violations }) }
    }
}

fn decision(shape: &Shape, when: usize, is: &str) -> String {
    let field = &shape.fields[when];
    let allowed = field.allowed.iter().find(|allowed| allowed.value == is);
    let label = allowed.map_or(String::new(), |allowed| format!(" ({})", allowed.label));
    format!("where {} is \"{is}\"{label}", field.title())
}

/// Whether a text is a real day as `yyyy-MM-dd`.
pub(crate) fn is_date(text: &str) -> bool {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text.as_bytes() else {
        return false;
    };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0u16, |sum, digit| {
            digit.is_ascii_digit().then(|| sum * 10 + u16::from(digit - b'0'))
        })
    };
    let day = || {
        let month = time::Month::try_from(number(&[m1, m2])? as u8).ok()?;
        let year = i32::from(number(&[y1, y2, y3, y4])?);
        time::Date::from_calendar_date(year, month, number(&[d1, d2])? as u8).ok()
    };
    day().is_some()
}
