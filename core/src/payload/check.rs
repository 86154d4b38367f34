//! Every rule, in this one place: what is wrong with a payload that was read or made.

use crate::meta::{Field, FieldsRule, Format};
use crate::payload::{Draft, Slot, is_in_range, is_whole_number};
use crate::violation::{Condition, Path, Problem, Report};

/// Checks every rule, after what reading has found.
pub(super) fn check(payload: &Draft<'_>, report: &mut Report) {
    check_fields(payload, Path::Top, report);
    check_as_whole(payload, report);
}

/// Checks what concerns a payload as a whole: its extra members, and the rules over several fields.
pub(super) fn check_as_whole(payload: &Draft<'_>, report: &mut Report) {
    if payload.is_mistyped {
        return;
    }
    for (name, _) in payload.extra().iter() {
        if payload.shape().position(name).is_some() {
            let extra = Path::Member(&Path::Top, "extra");
            report.add(Path::Member(&extra, name), "", &Problem::HasItsField(name));
        }
    }
    for rule in payload.shape().rules {
        check_rule(*rule, payload, report);
    }
}

fn check_fields(draft: &Draft<'_>, path: Path<'_>, report: &mut Report) {
    if draft.is_mistyped {
        return;
    }
    for (field, slot) in draft.fields() {
        check_field(field, slot, path, report);
    }
}

/// Whether a field need not be checked: most texts are short, and a text has at most as many characters as bytes.
#[inline]
pub(super) fn is_surely_right(field: &Field, slot: &Slot<'_>) -> bool {
    let is_free = !field.required && field.allowed.is_empty() && field.format.is_none();
    is_free
        && match slot {
            Slot::Absent => true,
            Slot::Text(text) => field.max_chars.is_none_or(|max| text.len() <= max),
            _ => false,
        }
}

#[inline(never)]
pub(super) fn check_field(field: &Field, slot: &Slot<'_>, path: Path<'_>, report: &mut Report) {
    let path = Path::Member(&path, field.wire);
    if field.required && !slot.is_given() {
        report.add(path, field.label, &Problem::Required);
    }
    match slot {
        Slot::Text(text) if !text.is_empty() => check_text(text, field, path, report),
        Slot::Count(count) if !is_in_range(*count) => {
            report.add(path, field.label, &Problem::OutOfRange);
        }
        Slot::One(one) => check_fields(one, path, report),
        Slot::List(rows) => {
            for (i, row) in rows.iter().enumerate() {
                check_fields(row, Path::Element(&path, i), report);
            }
        }
        _ => {}
    }
}

fn check_text(text: &str, field: &Field, path: Path<'_>, report: &mut Report) {
    let mut wrong = |problem| report.add(path, field.label, &problem);
    if let Some(limit) = field.max_chars {
        let actual = text.chars().count();
        if actual > limit {
            wrong(Problem::TooLong { actual, limit });
        }
    }
    let mut allowed = field.allowed.iter();
    if !field.allowed.is_empty() && !allowed.any(|allowed| allowed.value == text) {
        wrong(Problem::NotAllowed(field.allowed));
    }
    match field.format {
        Some(format @ Format::Date) if !is_date(text) => wrong(Problem::Format(format)),
        Some(format @ Format::Integer64) if !fits_64_bits(text) => wrong(Problem::Format(format)),
        _ => {}
    }
}

/// Checks a rule that spans several fields.
fn check_rule(rule: FieldsRule, payload: &Draft<'_>, report: &mut Report) {
    let fields = payload.shape().fields;
    let slot = |at: usize| &payload.slots()[at];
    let text = |at: usize| slot(at).text().filter(|text| !text.is_empty());
    match rule {
        FieldsRule::OneOf(places) => check_one_is_given(places, payload, report),
        FieldsRule::OneBesides(ignored) => {
            if payload.extra().is_empty() {
                let counting = (0..fields.len()).filter(|at| !ignored.contains(at));
                check_one_is_given(&counting.collect::<Vec<_>>(), payload, report);
            }
        }
        FieldsRule::RequiredIf { field, when, is } => {
            if text(when) == Some(is) && !slot(field).is_given() {
                let condition = Condition { field: &fields[when], is };
                report.add_field(&fields[field], &Problem::RequiredWhere(condition));
            }
        }
        FieldsRule::ForbiddenIf { field, when, is } => {
            let is_mistyped = matches!(slot(field), Slot::Mistyped);
            if text(when) == Some(is) && slot(field).is_given() && !is_mistyped {
                let condition = Condition { field: &fields[when], is };
                report.add_field(&fields[field], &Problem::ForbiddenWhere(condition));
            }
        }
        FieldsRule::DateOrder { start, end } => {
            let day = |at| text(at).filter(|text| is_date(text));
            if let (Some(first), Some(last)) = (day(start), day(end))
                && last < first
            {
                report.add_field(&fields[end], &Problem::Before(&fields[start]));
            }
        }
    }
}

fn check_one_is_given(places: &[usize], payload: &Draft<'_>, report: &mut Report) {
    if !places.iter().any(|&at| payload.slots()[at].is_given()) {
        let fields = places.iter().map(|&at| &payload.shape().fields[at]);
        report.add(Path::Top, "", &Problem::NoneGiven(fields.collect()));
    }
}

pub(super) fn fits_64_bits(text: &str) -> bool {
    is_whole_number(text) && text.parse::<i64>().is_ok()
}

/// Whether a text is a real day as `yyyy-MM-dd`.
fn is_date(text: &str) -> bool {
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
