//! What can be wrong with a payload, and how that is said.

use std::fmt;

use crate::meta::{Allowed, Field, Format, Shape};

/// All that is wrong with a payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidPayload {
    /// Every violation: wrong types and unknown fields first, then each field in the order of the vendor's
    /// table, and rules over several fields last. At most 100 are listed.
    pub violations: Vec<Violation>,
    /// How many more there are.
    pub more: usize,
}

impl std::error::Error for InvalidPayload {}

impl fmt::Display for InvalidPayload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, violation) in self.violations.iter().enumerate() {
            write!(f, "{}{violation}", if i == 0 { "" } else { "; " })?;
        }
        if self.more > 0 {
            write!(f, "; and {} more", self.more)?;
        }
        Ok(())
    }
}

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
    /// The same in Chinese, for the users of a form: `客户名称：101个字符，最多100个`.
    pub message_zh: String,
    /// The field's Chinese label; empty where no field is meant.
    pub label: &'static str,
    /// How many characters are allowed, where there are too many.
    pub limit: Option<usize>,
    /// How many characters there are, where there are too many.
    pub actual: Option<usize>,
    /// The texts that are allowed, where the text is none of them.
    pub allowed: &'static [Allowed],
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

/// What is wrong, as far as words need to know.
pub(crate) enum Problem<'p> {
    /// Why not, and at which byte.
    NotJson {
        why: String,
        at: usize,
    },
    Mistyped {
        found: Found,
        expected: Wanted,
    },
    TooManyEmptyRows,
    Unknown {
        shape: &'p Shape,
        name: &'p str,
    },
    TooLong {
        actual: usize,
        limit: usize,
    },
    NotAllowed(&'static [Allowed]),
    Format(Format),
    NoPath,
    OutOfRange,
    Required,
    NoneGiven(Vec<&'static Field>),
    RequiredWhere(Condition),
    ForbiddenWhere(Condition),
    HasItsField(&'p str),
    Before(&'static Field),
}

/// A type of JSON value that was found.
#[derive(Clone, Copy)]
pub(crate) enum Found {
    Object,
    List,
    Text,
    Boolean,
    Null,
    Number,
}

/// What a field wants.
#[derive(Clone, Copy)]
pub(crate) enum Wanted {
    Text,
    TextOrInteger,
    Integer,
    Object,
    List,
    ObjectOrList,
}

/// A field that holds this text.
pub(crate) struct Condition {
    pub(crate) field: &'static Field,
    pub(crate) is: &'static str,
}

impl Problem<'_> {
    fn rule(&self) -> Rule {
        match self {
            Self::NotJson { .. } | Self::Mistyped { .. } | Self::TooManyEmptyRows => Rule::Type,
            Self::Unknown { .. } => Rule::UnknownField,
            Self::TooLong { .. } => Rule::MaxLength,
            Self::NotAllowed(_) => Rule::AllowedValues,
            Self::Format(_) | Self::NoPath => Rule::Format,
            Self::OutOfRange => Rule::Range,
            Self::Required => Rule::Required,
            Self::NoneGiven(_) => Rule::RequiredOneOf,
            Self::RequiredWhere(_) => Rule::RequiredIf,
            Self::ForbiddenWhere(_) | Self::HasItsField(_) => Rule::ForbiddenIf,
            Self::Before(_) => Rule::DateOrder,
        }
    }

    fn english(&self) -> String {
        match self {
            Self::NotJson { why, .. } => why.clone(),
            Self::Mistyped { found, expected } => {
                format!("{}, not {}", found.english(), expected.english())
            }
            Self::TooManyEmptyRows => "a list of too many objects that hold nothing".to_owned(),
            Self::Unknown { shape, name } => match shape.nearest(name) {
                Some(nearest) => format!("unknown field; did you mean `{nearest}`?"),
                None if shape.takes_extra() => {
                    "unknown field; a parameter new to this SDK goes into `extra`".to_owned()
                }
                None => "unknown field".to_owned(),
            },
            Self::TooLong { actual, limit } => format!("{actual} characters, at most {limit}"),
            Self::NotAllowed(allowed) => format!("must be one of {}", quoted(allowed, ", ")),
            Self::Format(Format::Date) => "must be a day as yyyy-MM-dd".to_owned(),
            Self::Format(Format::Integer64) => "must be an integer of at most 64 bits".to_owned(),
            Self::NoPath => "the path must be segments of letters, digits, `-`, `.`, `_` and `~` with single slashes \
                             between, such as customer/v1/queryCustomer"
                .to_owned(),
            Self::OutOfRange => "must be from 1 to 2147483647".to_owned(),
            Self::Required => "required".to_owned(),
            Self::NoneGiven(fields) => {
                let titles: Vec<_> = fields.iter().map(|field| field.title()).collect();
                format!("at least one of these is required: {}", titles.join(", "))
            }
            Self::RequiredWhere(condition) => format!("required where {}", condition.english()),
            Self::ForbiddenWhere(condition) => {
                format!("must be left out where {}", condition.english())
            }
            Self::HasItsField(name) => format!("`{name}` has a field of its own: give it there"),
            Self::Before(start) => format!("must not come before {}", start.title()),
        }
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotJson { at, .. } => format!("不是JSON，第{at}字节处有误"),
            Self::Mistyped { found, expected } => {
                format!("应为{}，而不是{}", expected.chinese(), found.chinese())
            }
            Self::TooManyEmptyRows => "列表中空对象过多".to_owned(),
            Self::Unknown { shape, name } => match shape.nearest(name) {
                Some(nearest) => format!("没有此字段，是否为`{nearest}`？"),
                None if shape.takes_extra() => "没有此字段，SDK未知的参数请放入`extra`".to_owned(),
                None => "没有此字段".to_owned(),
            },
            Self::TooLong { actual, limit } => format!("{actual}个字符，最多{limit}个"),
            Self::NotAllowed(allowed) => format!("只能是{}", quoted(allowed, "、")),
            Self::Format(Format::Date) => "应为日期，格式yyyy-MM-dd".to_owned(),
            Self::Format(Format::Integer64) => "应为64位以内的整数".to_owned(),
            Self::NoPath => "路径应由字母、数字、`-`、`.`、`_`、`~`组成的各段以单个斜杠相连，例如customer/v1/queryCustomer"
                .to_owned(),
            Self::OutOfRange => "应在1到2147483647之间".to_owned(),
            Self::Required => "必填".to_owned(),
            Self::NoneGiven(fields) => {
                let labels: Vec<_> = fields.iter().map(|field| field.label).collect();
                format!("以下至少填写一项：{}", labels.join("、"))
            }
            Self::RequiredWhere(condition) => format!("{}时必填", condition.chinese()),
            Self::ForbiddenWhere(condition) => format!("{}时不能填写", condition.chinese()),
            Self::HasItsField(name) => format!("`{name}`有专门的字段，请在那里填写"),
            Self::Before(start) => format!("不能早于{}", start.label),
        }
    }
}

impl Found {
    /// The type of a JSON value that begins with this byte.
    pub(crate) fn of(first: u8) -> Self {
        match first {
            b'{' => Self::Object,
            b'[' => Self::List,
            b'"' => Self::Text,
            b't' | b'f' => Self::Boolean,
            b'n' => Self::Null,
            _ => Self::Number,
        }
    }

    fn english(self) -> &'static str {
        match self {
            Self::Object => "an object",
            Self::List => "a list",
            Self::Text => "text",
            Self::Boolean => "a boolean",
            Self::Null => "null",
            Self::Number => "a number",
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Self::Object => "对象",
            Self::List => "列表",
            Self::Text => "文本",
            Self::Boolean => "布尔值",
            Self::Null => "null",
            Self::Number => "数字",
        }
    }
}

impl Wanted {
    fn english(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::TextOrInteger => "text or an integer",
            Self::Integer => "an integer",
            Self::Object => "an object",
            Self::List => "a list",
            Self::ObjectOrList => "an object or a list",
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Self::Text => "文本",
            Self::TextOrInteger => "文本或整数",
            Self::Integer => "整数",
            Self::Object => "对象",
            Self::List => "列表",
            Self::ObjectOrList => "对象或列表",
        }
    }
}

impl Condition {
    fn label(&self) -> &'static str {
        let allowed = self.field.allowed.iter().find(|allowed| allowed.value == self.is);
        allowed.map_or("", |allowed| allowed.label)
    }

    fn english(&self) -> String {
        match self.label() {
            "" => format!("{} is \"{}\"", self.field.title(), self.is),
            label => format!("{} is \"{}\" ({label})", self.field.title(), self.is),
        }
    }

    fn chinese(&self) -> String {
        match self.label() {
            "" => format!("{}为\"{}\"", self.field.label, self.is),
            label => format!("{}为“{label}”", self.field.label),
        }
    }
}

fn quoted(allowed: &[Allowed], comma: &str) -> String {
    let quoted = allowed.iter().map(|allowed| match allowed.label {
        "" => format!("\"{}\"", allowed.value),
        label => format!("\"{}\" ({label})", allowed.value),
    });
    quoted.collect::<Vec<_>>().join(comma)
}

/// How many violations are listed at most: nobody reads more, and each takes more room than what breaks a rule.
const MOST: usize = 100;

/// The violations found so far.
#[derive(Default)]
pub(crate) struct Report {
    violations: Vec<Violation>,
    more: usize,
}

impl From<InvalidPayload> for Report {
    fn from(InvalidPayload { violations, more }: InvalidPayload) -> Self {
        Self { violations, more }
    }
}

impl Report {
    /// Notes a violation; `label` is the field's Chinese name, or empty.
    pub(crate) fn add(&mut self, path: Path<'_>, label: &'static str, problem: &Problem<'_>) {
        if self.violations.len() == MOST {
            self.more += 1;
            return;
        }
        let path = path.to_string();
        let (english, chinese) = (problem.english(), problem.chinese());
        let (message, message_zh) = match (path.as_str(), label) {
            ("", _) => (english, chinese),
            (path, "") => (format!("{path}: {english}"), format!("{path}：{chinese}")),
            (path, label) => {
                (format!("{path} ({label}): {english}"), format!("{label}：{chinese}"))
            }
        };
        let (actual, limit) = match *problem {
            Problem::TooLong { actual, limit } => (Some(actual), Some(limit)),
            _ => (None, None),
        };
        let allowed = if let Problem::NotAllowed(allowed) = problem { allowed } else { &[][..] };
        let rule = problem.rule();
        self.violations.push(Violation {
            path,
            rule,
            message,
            message_zh,
            label,
            limit,
            actual,
            allowed,
        });
    }

    /// Notes a violation of a field at the top of a payload.
    pub(crate) fn add_field(&mut self, field: &Field, problem: &Problem<'_>) {
        self.add(Path::Member(&Path::Top, field.wire), field.label, problem);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.violations.is_empty()
    }

    pub(crate) fn into_result(self) -> Result<(), InvalidPayload> {
        let Self { violations, more } = self;
        if violations.is_empty() { Ok(()) } else { Err(InvalidPayload { violations, more }) }
    }
}
