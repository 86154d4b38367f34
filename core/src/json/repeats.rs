//! Names that come more than once.

/// The places of names that come again, each behind the place where the name came before, in the order of the names.
pub(crate) fn repeats(names: &[&str]) -> Vec<(usize, usize)> {
    let mut order: Vec<_> = (0..names.len()).collect();
    order.sort_by_key(|&place| names[place]);
    let pairs = order.windows(2).map(|pair| (pair[0], pair[1]));
    pairs.filter(|&(before, after)| names[before] == names[after]).collect()
}
