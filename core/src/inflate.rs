//! Inflating (RFC 1951), in as little room as there is: what a library has for it is made to be quick, and would be a
//! twentieth of what is shipped to browsers, where bodies hardly ever come folded.

/// Inflates a text behind what was unfolded before, and returns what follows it; `None` where it is damaged, or as soon
/// as more than `most` bytes are unfolded.
pub(crate) fn inflate<'b>(
    deflated: &'b [u8],
    unfolded: &mut Vec<u8>,
    most: usize,
) -> Option<&'b [u8]> {
    // What a text repeats lies within the text.
    let begin = unfolded.len();
    let mut bits = Bits { bytes: deflated, at: 0 };
    loop {
        let is_last = bits.take(1)? == 1;
        match bits.take(2)? {
            0 => {
                let (stored, rest) = stored(bits.rest())?;
                unfolded.extend_from_slice(stored);
                bits = Bits { bytes: rest, at: 0 };
            }
            kind @ (1 | 2) => {
                let (symbols, distances) = if kind == 1 { fixed() } else { described(&mut bits)? };
                loop {
                    let symbol = symbols.read(&mut bits)?;
                    match symbol.checked_sub(END) {
                        None => unfolded.push(symbol as u8),
                        Some(0) => break,
                        Some(length) => {
                            let length = length_of(length - 1, &mut bits)?;
                            let distance = 1 + stepped(distances.read(&mut bits)?, 2, &mut bits)?;
                            let from = unfolded.len().checked_sub(distance)?;
                            if from < begin {
                                return None;
                            }
                            for at in from..from + length {
                                unfolded.push(unfolded[at]);
                            }
                        }
                    }
                    if unfolded.len() > most {
                        return None;
                    }
                }
            }
            _ => return None,
        }
        if unfolded.len() > most {
            return None;
        }
        if is_last {
            return Some(bits.rest());
        }
    }
}

/// The symbol that ends a block: below it stand bytes, above it lengths of what is repeated.
const END: usize = 256;

/// A block that is not folded, and what follows it.
fn stored(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[l0, l1, c0, c1], rest) = bytes.split_first_chunk()?;
    let (length, complement) = (u16::from_le_bytes([l0, l1]), u16::from_le_bytes([c0, c1]));
    rest.split_at_checked(length.into()).filter(|_| length == !complement)
}

/// The codes that are the same for all texts.
fn fixed() -> (Codes, Codes) {
    let mut lengths = [8; 288];
    lengths[144..256].fill(9);
    lengths[256..280].fill(7);
    (Codes::new(&lengths), Codes::new(&[5; 30]))
}

/// Codes that are described by the lengths of all of them, for which there are codes again.
fn described(bits: &mut Bits<'_>) -> Option<(Codes, Codes)> {
    const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
    let symbols = END + 1 + bits.take(5)?;
    let distances = 1 + bits.take(5)?;
    let mut lengths_of_lengths = [0; ORDER.len()];
    let described = 4 + bits.take(4)?;
    for &symbol in &ORDER[..described] {
        lengths_of_lengths[symbol] = bits.take(3)? as u8;
    }
    let codes = Codes::new(&lengths_of_lengths);
    let mut lengths = Vec::new();
    while lengths.len() < symbols + distances {
        let (length, times) = match codes.read(bits)? {
            16 => (*lengths.last()?, 3 + bits.take(2)?),
            17 => (0, 3 + bits.take(3)?),
            18 => (0, 11 + bits.take(7)?),
            length => (length as u8, 1),
        };
        lengths.resize(lengths.len() + times, length);
    }
    let (symbols, distances) = lengths.split_at(symbols);
    Some((Codes::new(symbols), Codes::new(distances)))
}

/// The length that a symbol begins with, the shortest one being 3.
fn length_of(symbol: usize, bits: &mut Bits<'_>) -> Option<usize> {
    const LONGEST: usize = 28;
    match symbol {
        LONGEST => Some(258),
        symbol => stepped(symbol, 4, bits).map(|length| 3 + length),
    }
}

/// A number that a symbol begins with: so many symbols stand for numbers one apart, as many again likewise, and each so
/// many further ones for numbers twice as far apart as those before, and bits say which number between is meant.
fn stepped(symbol: usize, group: usize, bits: &mut Bits<'_>) -> Option<usize> {
    let extra = (symbol / group).saturating_sub(1);
    let begin = if extra == 0 { symbol } else { (group + symbol % group) << extra };
    // No number takes more bits.
    (extra <= 13).then_some(begin + bits.take(extra)?)
}

/// Bits, from the lowest one of each byte to the highest.
struct Bits<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Bits<'b> {
    fn next(&mut self) -> Option<usize> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        Some(bit.into())
    }

    fn take(&mut self, count: usize) -> Option<usize> {
        (0..count).try_fold(0, |taken, place| Some(taken | self.next()? << place))
    }

    /// What follows, from the next whole byte on.
    fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at.div_ceil(8)..).unwrap_or_default()
    }
}

/// Prefix codes: shorter ones come before longer ones, and among equally long ones those of lower symbols.
struct Codes {
    /// How many there are of each length.
    counts: [usize; 16],
    /// What they stand for, in their order.
    symbols: Vec<usize>,
}

impl Codes {
    /// The codes of symbols whose codes have these lengths, of which 0 is that of none.
    fn new(lengths: &[u8]) -> Self {
        let coded = || lengths.iter().enumerate().filter(|(_, length)| **length > 0);
        let mut counts = [0; 16];
        for (_, &length) in coded() {
            counts[usize::from(length)] += 1;
        }
        let mut places = [0; 16];
        for length in 1..16 {
            places[length] = places[length - 1] + counts[length - 1];
        }
        let mut symbols = vec![0; lengths.len()];
        for (symbol, &length) in coded() {
            let place = &mut places[usize::from(length)];
            symbols[*place] = symbol;
            *place += 1;
        }
        Self { counts, symbols }
    }

    fn read(&self, bits: &mut Bits<'_>) -> Option<usize> {
        let (mut code, mut first, mut before) = (0, 0, 0);
        for count in &self.counts[1..] {
            code |= bits.next()?;
            if code < first + count {
                return self.symbols.get((before + code).checked_sub(first)?).copied();
            }
            first = (first + count) << 1;
            before += count;
            code <<= 1;
        }
        None
    }
}
