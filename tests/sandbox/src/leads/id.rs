//! The ids of leads: 19 digits, far beyond the 53 bits that a double holds exactly, and so that their last digits
//! differ, which is what a reader loses who takes them for doubles.

const FIRST: i64 = 4_600_000_000_000_000_000;
const STRIDE: i64 = 1_000_000_000;
const SEED: u64 = 0x9e37_79b9_7f4a_7c15;

/// The id of the lead that was created as the `seq`th. Ids rise with it.
pub(super) fn nth(seq: u32) -> i64 {
    let mut rng = fastrand::Rng::with_seed(SEED ^ u64::from(seq));
    FIRST + i64::from(seq) * STRIDE + rng.i64(0..STRIDE)
}

/// Which lead has this id, if any could.
pub(super) fn seq(id: &str) -> Option<u32> {
    let seq = u32::try_from((id.parse::<i64>().ok()? - FIRST) / STRIDE).ok()?;
    (nth(seq).to_string() == id).then_some(seq)
}

#[cfg(test)]
mod tests {
    use super::{nth, seq};

    #[test]
    fn ids_have_nineteen_digits_rise_and_are_no_doubles() {
        let ids: Vec<i64> = (1..2000).map(nth).collect();
        assert!(ids.is_sorted_by(|one, next| one < next));
        assert!(ids.iter().all(|id| id.to_string().len() == 19));
        assert!((1..2000).all(|number| seq(&nth(number).to_string()) == Some(number)));
        assert!(
            ["", "1", "0", "-4600000001", "4600000001000000000"]
                .into_iter()
                .all(|id| seq(id).is_none())
        );
        let exact = ids.iter().filter(|id| **id as f64 as i64 == **id).count();
        assert!(exact < 20, "{exact} of 1999 survive as doubles");
    }
}
