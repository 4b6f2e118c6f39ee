//! Decimal numbers, read exactly. The standard library does so too, with ten kilobytes of tables that do not
//! compress; what a plan holds needs none of them, and what nobody writes may take its time.

/// More digits decide nothing, but whether there are more: no two neighbours of a double have a longer middle.
const DIGITS: usize = 800;

/// Reads digits with at most one sign before them, one point in them and one exponent behind them, and rounds to
/// the nearest double. What is too large becomes infinite.
pub fn parse(text: &str) -> Option<f64> {
    let (negative, unsigned) = signed(text);
    let (digits, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, whole(exponent)?),
        None => (unsigned, 0),
    };
    let (integer, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = || integer.bytes().chain(fraction.bytes());
    if all().next().is_none() || !all().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let first = all().position(|b| b != b'0').unwrap_or(integer.len() + fraction.len());
    let mut kept: Vec<u8> = all().skip(first).take(DIGITS).map(|b| b - b'0').collect();
    let place = integer.len() as i64 - first as i64 + exponent;
    if all().skip(first).skip(DIGITS).any(|b| b != b'0') {
        kept.push(1);
    }
    let value = value(&kept, place);
    Some(if negative { -value } else { value })
}

fn signed(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// An exponent; one beyond all doubles is as good as any other beyond them.
fn whole(text: &str) -> Option<i64> {
    let (negative, digits) = signed(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let value = digits.bytes().fold(0, |all: i64, b| (10 * all + i64::from(b - b'0')).min(1 << 32));
    Some(if negative { -value } else { value })
}

/// The value of `0.digits` times ten to the power of `place`.
fn value(digits: &[u8], place: i64) -> f64 {
    if digits.is_empty() || place < -330 {
        return 0.0;
    }
    if place > 310 {
        return f64::INFINITY;
    }
    let exponent = place - digits.len() as i64;
    // Both fit a double without loss, so that one operation rounds once.
    if digits.len() <= 15 && exponent.abs() <= 22 {
        let number = digits.iter().fold(0.0, |all, digit| 10.0 * all + f64::from(*digit));
        let power = (0..exponent.abs()).fold(1.0, |all, _| 10.0 * all);
        return if exponent < 0 { number / power } else { number * power };
    }
    let mut number = Large::default();
    digits.iter().for_each(|digit| number.grow(10, u32::from(*digit)));
    let mut divisor = Large(vec![1]);
    let scaled = if exponent < 0 { &mut divisor } else { &mut number };
    (0..exponent.abs()).for_each(|_| scaled.grow(10, 0));
    quotient(number, divisor)
}

/// `number` through `divisor`, rounded to the nearest double, and to an even one in the middle.
fn quotient(mut number: Large, mut divisor: Large) -> f64 {
    const SMALLEST: i64 = -1074;
    // With this much taken off, the quotient has 53 or 54 bits; less where doubles end.
    let mut shift = (number.bits() - divisor.bits() - 53).max(SMALLEST);
    let scaled = if shift < 0 { &mut number } else { &mut divisor };
    (0..shift.abs()).for_each(|_| scaled.grow(2, 0));
    let (mut whole, mut rest) = number.divided_by(&divisor);
    if whole >> 53 == 1 {
        // One bit too many: it is the half, and what was left only says whether there is more.
        let (half, more) = (whole & 1 == 1, !rest.is_zero());
        whole = (whole >> 1) + u64::from(half && (more || whole >> 1 & 1 == 1));
        shift += 1;
    } else {
        rest.grow(2, 0);
        let order = rest.compare(&divisor);
        whole += u64::from(order.is_gt() || order.is_eq() && whole & 1 == 1);
    }
    let step = if shift < 0 { 0.5 } else { 2.0 };
    (0..shift.abs()).fold(whole as f64, |all, _| all * step)
}

/// A whole number of any size, in 32 bits each, the lowest first and none above the highest.
#[derive(Clone, Default)]
struct Large(Vec<u32>);

impl Large {
    /// Multiplies by `factor` and adds `more`.
    fn grow(&mut self, factor: u32, more: u32) {
        let mut carry = u64::from(more);
        for word in &mut self.0 {
            carry += u64::from(*word) * u64::from(factor);
            *word = carry as u32;
            carry >>= 32;
        }
        if carry > 0 {
            self.0.push(carry as u32);
        }
    }

    fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    fn bits(&self) -> i64 {
        self.0.last().map_or(0, |top| 32 * self.0.len() as i64 - i64::from(top.leading_zeros()))
    }

    fn compare(&self, other: &Large) -> std::cmp::Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    /// The quotient, which is below two to the power of 55, and the rest.
    fn divided_by(mut self, divisor: &Large) -> (u64, Large) {
        let mut steps = vec![divisor.clone()];
        while let Some(last) = steps.last().filter(|last| last.compare(&self).is_le()) {
            let mut next = last.clone();
            next.grow(2, 0);
            steps.push(next);
        }
        let mut quotient = 0;
        for step in steps.iter().rev() {
            quotient <<= 1;
            if step.compare(&self).is_le() {
                self.take(step);
                quotient |= 1;
            }
        }
        (quotient, self)
    }

    /// Subtracts `other`, which is not greater.
    fn take(&mut self, other: &Large) {
        let mut borrow = false;
        for (index, word) in self.0.iter_mut().enumerate() {
            let (less, under) = word.overflowing_sub(other.0.get(index).copied().unwrap_or(0));
            let (less, again) = less.overflowing_sub(u32::from(borrow));
            (*word, borrow) = (less, under || again);
        }
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) {
        let (ours, theirs) = (parse(text), text.parse::<f64>().ok());
        assert_eq!(ours.map(f64::to_bits), theirs.map(f64::to_bits), "{text}: {ours:?}, not {theirs:?}");
    }

    #[test]
    fn numbers_are_the_nearest_doubles() {
        for text in [
            "0",
            "-0",
            "1",
            "-.5",
            "1.",
            "+1e3",
            "2E-1",
            "0.1",
            "123456789012345678",
            "9007199254740993",
            "9007199254740992.99999",
            "9007199254740993.00001",
            "1.7976931348623157e308",
            "1e309",
            "1e-400",
            "1.7976931348623158079e308",
            "1.7976931348623159e308",
            "4.9406564584124654e-324",
            "1e-324",
            "2.4703282292062327208e-324",
            "2.4703282292062328e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "8.98846567431158e307",
            "1e22",
            "1e23",
            "123e-25",
            "0e99999999999999999999",
            "1e99999999999999999999",
            "1e-99999999999999999999",
            "",
            "-",
            ".",
            "e3",
            "1e",
            "1e+",
            "1.2.3",
            "1-2",
            "--1",
            "1e5.5",
            "1_000",
            " 1",
            "٣",
        ] {
            check(text);
        }
    }

    #[test]
    fn digits_beyond_all_tables_still_count() {
        let middle = format!("{:.1100}", f64::from_bits(1) * 1.5);
        check(&middle);
        let half = "0.5".to_owned() + &"0".repeat(2_000);
        [half.clone() + "1", half, "1".repeat(300), "9".repeat(5_000), "0".repeat(5_000) + "7"]
            .iter()
            .for_each(|text| check(text));
        let tie = "9007199254740993.".to_owned() + &"0".repeat(900);
        check(&tie);
        check(&(tie + "1"));
    }

    #[cfg(not(target_arch = "wasm32"))]
    proptest::proptest! {
        #[test]
        fn any_double_and_any_digits_are_read_as_the_standard_library_reads_them(
            bits in proptest::num::u64::ANY,
            digits in "[0-9]{1,25}[.]?[0-9]{0,25}(e-?[0-9]{1,3})?",
        ) {
            let double = f64::from_bits(bits);
            if double.is_finite() {
                check(&double.to_string());
                check(&format!("{double:e}"));
                check(&format!("{double:.1100}"));
            }
            // Above 53 bits an odd number is the middle of two neighbours.
            check(&(bits >> 10 | 1).to_string());
            check(&digits);
        }
    }
}
