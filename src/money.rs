//! Exact money.
//!
//! Every charge is *price × quantity × seconds ÷ a constant*: 3,600 for hourly prices, the seconds of a calendar month
//! for monthly ones. [`Usd`] counts grains so small that each such quotient is a whole number of them, so sums are exact
//! in any order (`BILL-NO-FLOAT`), and nothing is rounded until it is printed (`BILL-COST-ROUND`).
//!
//! # Example
//!
//! ```
//! use ec2sim::money::{Price, Usd};
//!
//! let m5_large: Price = "0.096".parse().unwrap();
//! let run = Usd::hourly(m5_large, 3585);
//! assert_eq!(run.to_string(), "0.0956000000");
//! // Three thirds of a dollar are a dollar, although each prints rounded.
//! let third = Usd::hourly("1".parse().unwrap(), 1200);
//! assert_eq!((third + third + third).to_fixed(10), "1.0000000000");
//! ```

pub(crate) mod people;

use std::{
    fmt,
    iter::Sum,
    ops::{Add, AddAssign, Sub},
    str::FromStr,
};

use serde::{Serialize, Serializer};
use thiserror::Error;

/// Units of a [`Price`] in one US dollar: a price has at most ten decimals.
const PRICE_UNITS: u64 = 10_000_000_000;

/// The least number that the days of every month divide: `time::MONTH_PARTS`, which this module doesn't know of.
const DAY_COUNTS: u64 = 377_580;

/// Grains in a unit of a price, 10⁻¹⁰ dollars: the seconds of a day × lcm(28, 29, 30, 31) × 73 (730-hour months, 365-day
/// years) × 61 (leap years) × 200 (percents).
const GRAINS_PER_UNIT: u64 = 86_400 * DAY_COUNTS * 73 * 61 * 200;

/// The same, for what takes 128 bits.
#[expect(
    clippy::as_conversions,
    reason = "a number widens without loss, and From isn't const"
)]
const WIDE_UNIT: u128 = GRAINS_PER_UNIT as u128;

/// Grains for one second at a price of 10⁻¹⁰ dollars an hour.
const GRAINS_PER_HOURLY_SECOND: u64 = GRAINS_PER_UNIT / 3_600;

/// Grains for one second at a price of 10⁻¹⁰ dollars a month, by the days of the month from 28 on.
const GRAINS_PER_MONTHLY_SECOND: [u64; 4] = [
    GRAINS_PER_UNIT / (28 * 86_400),
    GRAINS_PER_UNIT / (29 * 86_400),
    GRAINS_PER_UNIT / (30 * 86_400),
    GRAINS_PER_UNIT / (31 * 86_400),
];

/// An exact amount of US dollars, up to about ±5.8·10¹¹.
///
/// Arithmetic that would leave that range stays at its end, and [`Usd::is_saturated`] then tells that the amount can't
/// be trusted any more: a replay whose bill grows beyond it is an error, not a panic.
// A replay keeps many of them, next to things of four and eight bytes: sixteen-byte alignment would be mostly gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
#[repr(Rust, packed(8))]
pub struct Usd(i128);

impl Usd {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// What `seconds` cost at a price per hour.
    pub fn hourly(price: Price, seconds: u64) -> Self {
        Self::product(price.0, seconds, GRAINS_PER_HOURLY_SECOND)
    }

    /// Units times a count times grains. What is not astronomical is two plain multiplications.
    fn product(units: u64, count: u64, grains: u64) -> Self {
        match units.checked_mul(count) {
            Some(units) => Self(i128::from(units) * i128::from(grains)),
            None => Self::astronomical(units, count, grains),
        }
    }

    /// The end of the range on the side to which a sum has left it.
    #[cold]
    const fn beyond(added: i128) -> Self {
        Self(if added < 0 { i128::MIN } else { i128::MAX })
    }

    #[cold]
    fn astronomical(units: u64, count: u64, grains: u64) -> Self {
        let units = i128::from(units).saturating_mul(i128::from(count));
        Self(units.saturating_mul(i128::from(grains)))
    }

    /// What `unit_seconds` (units × seconds) cost at a price per unit and month, in a month of `days` days
    /// (`BILL-MONTH-CALENDAR`).
    ///
    /// # Panics
    ///
    /// Panics if `days` is not the length of a calendar month, 28 to 31.
    pub fn monthly(price: Price, unit_seconds: u64, days: u8) -> Self {
        let grains = usize::from(days)
            .checked_sub(28)
            .and_then(|days| GRAINS_PER_MONTHLY_SECOND.get(days));
        let Some(&grains) = grains else {
            panic!("a month has 28 to 31 days")
        };
        Self::product(price.0, unit_seconds, grains)
    }

    /// What a count of parts costs at a price for so many of them, to the nearest grain: where the parts don't divide it, that
    /// is off by less than 10⁻²⁶ dollars.
    ///
    /// # Panics
    ///
    /// Panics if there are no parts to a price.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::money::Usd;
    /// // 25 credits at a price for a vCPU-hour, which is 60 of them.
    /// assert_eq!(Usd::parts("0.05".parse().unwrap(), 25, 60).to_string(), "0.0208333333");
    /// ```
    pub fn parts(price: Price, count: u64, per: u64) -> Self {
        let (units, per) = (u128::from(price.0) * u128::from(count), u128::from(per));
        let grains = u128::from(GRAINS_PER_UNIT);
        let whole = (units / per).saturating_mul(grains);
        let rest = ((units % per) * grains + per / 2) / per;
        Self(i128::try_from(whole.saturating_add(rest)).unwrap_or(i128::MAX))
    }

    /// `num` of `den` parts of the amount, rounded down to the grain.
    ///
    /// # Panics
    ///
    /// Panics if `den` is zero.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::money::Usd;
    /// let fee = Usd::from_price("494".parse().unwrap());
    /// assert_eq!(fee.share(1, 8_760).to_string(), "0.0563926941");
    /// ```
    #[must_use]
    pub fn share(self, num: u128, den: u128) -> Self {
        let part = mul_div(self.0.unsigned_abs(), num, den);
        let part = i128::try_from(part).unwrap_or(i128::MAX);
        Self(if self.0 < 0 { -part } else { part })
    }

    /// So many times the amount.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(i128::from(count)))
    }

    /// How many of `parts` parts this amount is of a greater one, rounded down; all of them where that is nothing.
    pub(crate) fn parts_of(self, whole: Self, parts: u128) -> u128 {
        match whole.0.unsigned_abs() {
            0 => parts,
            den => mul_div(parts, self.0.unsigned_abs(), den),
        }
    }

    /// An amount that is a whole number of price units, such as one read from text.
    pub fn from_price(price: Price) -> Self {
        Self::product(price.0, 1, GRAINS_PER_UNIT)
    }

    /// Whether the amount has left the range in which it is exact.
    pub fn is_saturated(self) -> bool {
        self.0 == i128::MAX || self.0 == i128::MIN
    }

    /// The amount in grains.
    pub(crate) const fn grains(self) -> i128 {
        self.0
    }

    /// An amount that was taken apart with [`Self::grains`].
    pub(crate) const fn from_grains(grains: i128) -> Self {
        Self(grains)
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The amount at ten decimals in units of 10⁻¹⁰ dollars, rounded half up (away from zero).
    fn rounded(self, decimals: u32) -> (bool, u128, u128) {
        let scale = 10_u128.pow(decimals.min(10));
        let per_usd = WIDE_UNIT * u128::from(PRICE_UNITS);
        let magnitude = self.0.unsigned_abs();
        let mut whole = magnitude / per_usd;
        let rest = magnitude % per_usd;
        let mut fraction = (rest * scale + per_usd / 2) / per_usd;
        if fraction >= scale {
            whole += 1;
            fraction = 0;
        }
        (self.0 < 0 && (whole > 0 || fraction > 0), whole, fraction)
    }

    /// The amount with `decimals` decimals (at most ten), rounded half up; a zero has no sign.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::money::Usd;
    /// assert_eq!(Usd::hourly("0.0104".parse().unwrap(), 45).to_fixed(6), "0.000130");
    /// ```
    pub fn to_fixed(self, decimals: u32) -> String {
        let mut text = String::new();
        // Writing to a string doesn't fail.
        let _ = self.write_fixed(&mut text, decimals);
        text
    }

    fn write_fixed(self, out: &mut dyn fmt::Write, decimals: u32) -> fmt::Result {
        let decimals = decimals.min(10);
        let (negative, whole, fraction) = self.rounded(decimals);
        if negative {
            out.write_char('-')?;
        }
        if decimals == 0 {
            return write!(out, "{whole}");
        }
        let width = usize::try_from(decimals).unwrap_or(10);
        write!(out, "{whole}.{fraction:0width$}")
    }

    /// Appends what [`Display`](fmt::Display) prints.
    pub(crate) fn append_to(self, text: &mut Vec<u8>) {
        let Some(units) = nearest_unit(self.0.unsigned_abs()) else {
            text.extend_from_slice(self.to_fixed(10).as_bytes());
            return;
        };
        if self.0 < 0 && units > 0 {
            text.push(b'-');
        }
        // With a dollar more the zeros that a fraction begins with are printed.
        let (one, mut digits) = (Price::DOLLAR.0, itoa::Buffer::new());
        let is_less = units < one;
        let number = digits.format(units + if is_less { one } else { 0 });
        if let Some((whole, fraction)) = number.as_bytes().split_last_chunk::<10>() {
            text.extend_from_slice(if is_less { b"0" } else { whole });
            text.push(b'.');
            text.extend_from_slice(fraction);
        }
    }

    /// Whether this amount, rounded half up to the decimals of `written`, is `written`.
    ///
    /// # Example
    ///
    /// ```
    /// use ec2sim::money::{Price, Usd};
    /// let amount = Usd::from_price("0.3893".parse().unwrap());
    /// assert!(amount.is_about("0.39".parse().unwrap(), 2));
    /// assert!(!amount.is_about("0.390".parse().unwrap(), 3));
    /// ```
    pub fn is_about(self, written: Price, decimals: u32) -> bool {
        self.to_fixed(decimals) == Self::from_price(written).to_fixed(decimals)
    }
}

/// `value × num ÷ den`, rounded down, for a `den` below 2¹²⁷; at the end of the range it stays there.
fn mul_div(value: u128, num: u128, den: u128) -> u128 {
    if let Some(product) = value.checked_mul(num) {
        return product / den;
    }
    let (whole, part) = (value / den, value % den);
    // The rest times `num` doesn't fit: it is divided as it is multiplied, bit by bit.
    let (mut quotient, mut rest) = (0_u128, 0_u128);
    for bit in (0..u128::BITS - num.leading_zeros()).rev() {
        (quotient, rest) = (quotient.saturating_mul(2), rest * 2);
        if num >> bit & 1 == 1 {
            rest += part;
        }
        quotient = quotient.saturating_add(rest / den);
        rest %= den;
    }
    whole.saturating_mul(num).saturating_add(quotient)
}

/// So many grains in units of 10⁻¹⁰ dollars, rounded half up; none beyond 2⁶³ of them.
///
/// A division of 128 bits takes longer than all else that prints an amount. This multiplies with the reciprocal and
/// corrects what that falls short, which is less than four.
fn nearest_unit(grains: u128) -> Option<u64> {
    const RECIPROCAL: u128 = (1 << 117) / WIDE_UNIT;
    let grains = grains + WIDE_UNIT / 2;
    let high = u64::try_from(grains >> 54).ok()?;
    let mut units = u64::try_from((u128::from(high) * RECIPROCAL) >> 63).ok()?;
    let mut rest = grains - u128::from(units) * WIDE_UNIT;
    while rest >= WIDE_UNIT {
        rest -= WIDE_UNIT;
        units += 1;
    }
    Some(units)
}

/// Ten decimals, rounded half up (`BILL-COST-ROUND`).
impl fmt::Display for Usd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_fixed(f, 10)
    }
}

/// Reads `0.0104`, `$0.0104` or `-0.0104`, exactly: at most ten decimals.
///
/// # Errors
///
/// As for a [`Price`]; only less than nothing is an amount.
impl FromStr for Usd {
    type Err = PriceError;

    fn from_str(text: &str) -> Result<Self, PriceError> {
        let (is_negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let price: Price = rest.parse()?;
        let amount = Self::from_price(price);
        Ok(if is_negative {
            Self::ZERO - amount
        } else {
            amount
        })
    }
}

impl Add for Usd {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        match self.0.checked_add(other.0) {
            Some(sum) => Self(sum),
            None => Self::beyond(other.0),
        }
    }
}

impl AddAssign for Usd {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Usd {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        match self.0.checked_sub(other.0) {
            Some(difference) => Self(difference),
            None => Self::beyond(!other.0),
        }
    }
}

impl Sum for Usd {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// A string of ten decimals: JSON numbers would be read as binary floating point.
impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// A price in units of 10⁻¹⁰ US dollars: per hour, per GB-month, as the place says that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Price(u64);

impl Price {
    /// No charge.
    pub const ZERO: Self = Self(0);

    /// One dollar.
    pub(crate) const DOLLAR: Self = Self(10_000_000_000);

    /// A price given in units of 10⁻¹⁰ dollars.
    pub const fn from_units(units: u64) -> Self {
        Self(units)
    }

    /// The price in units of 10⁻¹⁰ dollars.
    pub const fn units(self) -> u64 {
        self.0
    }

    /// The sum of two prices; at the end of the range it stays there.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// The price times a fraction, rounded half up to the tenth decimal; at the end of the range it stays there.
    ///
    /// # Panics
    ///
    /// Panics if the divisor is zero.
    #[must_use]
    pub fn part(self, times: u64, of: u64) -> Self {
        let wide = (u128::from(self.0) * u128::from(times) + u128::from(of) / 2) / u128::from(of);
        Self(u64::try_from(wide).unwrap_or(u64::MAX))
    }

    /// The difference of two prices; nothing where that would be negative.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// The price times a whole number; at the end of the range it stays there.
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }
}

/// The price in dollars without trailing zeros: `0.096`.
impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = self.0 / Self::DOLLAR.0;
        let fraction = format!("{:010}", self.0 % Self::DOLLAR.0);
        let fraction = fraction.trim_end_matches('0');
        if fraction.is_empty() {
            write!(f, "{whole}")
        } else {
            write!(f, "{whole}.{fraction}")
        }
    }
}

impl Serialize for Price {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Why a text is not an amount of dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum PriceError {
    /// It isn't digits with at most one point, after an optional `$`.
    #[error("expected an amount in US dollars, such as `$0.0104` or `0.0104`")]
    NotANumber,
    /// It has a minus sign.
    #[error("an amount can't be negative")]
    Negative,
    /// It has more than ten decimals.
    #[error("an amount has at most ten decimals")]
    TooPrecise,
    /// It is more than a billion dollars.
    #[error("an amount is at most $1000000000")]
    TooLarge,
}

/// Reads `0.0104` or `$0.0104`, exactly.
///
/// # Errors
///
/// Every reason is a variant of [`PriceError`].
impl FromStr for Price {
    type Err = PriceError;

    fn from_str(text: &str) -> Result<Self, PriceError> {
        let digits = text.strip_prefix('$').unwrap_or(text).trim();
        if digits.starts_with('-') || text.starts_with('-') {
            return Err(PriceError::Negative);
        }
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction)
        {
            return Err(PriceError::NotANumber);
        }
        if fraction.trim_end_matches('0').len() > 10 {
            return Err(PriceError::TooPrecise);
        }
        let whole: u64 = if whole.is_empty() {
            0
        } else {
            whole.parse().map_err(|_| PriceError::TooLarge)?
        };
        if whole > 1_000_000_000 {
            return Err(PriceError::TooLarge);
        }
        let fraction = &fraction[..fraction.len().min(10)];
        let mut units = 0;
        for place in 0..10 {
            let digit = fraction
                .as_bytes()
                .get(place)
                .map_or(0, |byte| u64::from(byte - b'0'));
            units = units * 10 + digit;
        }
        Ok(Self(whole * Self::DOLLAR.0 + units))
    }
}

/// A number with a comma before each three digits: `2,000,000`.
pub(crate) fn grouped(number: impl fmt::Display) -> String {
    let digits = number.to_string();
    let mut shown = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn price(text: &str) -> Price {
        text.parse().unwrap()
    }

    #[test]
    fn an_amount_is_read_as_it_is_printed() {
        for text in [
            "0.0000000000",
            "1.2500000000",
            "-3.0000000001",
            "999999999.9999999999",
        ] {
            let amount: Usd = text.parse().unwrap();
            assert_eq!(amount.to_string(), text);
        }
        assert_eq!("$0.5".parse::<Usd>(), Ok(Usd::hourly(Price::DOLLAR, 1_800)));
        assert_eq!("--1".parse::<Usd>(), Err(PriceError::Negative));
        assert_eq!("a".parse::<Usd>(), Err(PriceError::NotANumber));
    }

    #[test]
    fn every_length_of_month_divides_the_grain() {
        for days in 28..=31 {
            let whole = Usd::monthly(price("0.08"), 8 * u64::from(days) * 86_400, days);
            assert_eq!(whole.to_fixed(10), "0.6400000000");
        }
    }

    #[test]
    fn halves_round_up_and_zero_has_no_sign() {
        assert_eq!(Usd::from_price(price("0.125")).to_fixed(2), "0.13");
        assert_eq!(
            (Usd::ZERO - Usd::from_price(price("0.001"))).to_fixed(2),
            "0.00"
        );
        assert_eq!(
            (Usd::ZERO - Usd::from_price(price("1.5"))).to_fixed(1),
            "-1.5"
        );
        assert_eq!(Usd::from_price(price("0.999")).to_fixed(2), "1.00");
    }

    #[test]
    fn prices_are_read_exactly_or_not_at_all() {
        assert_eq!(price("$0.0832").units(), 832_000_000);
        assert_eq!(price(".5").to_string(), "0.5");
        assert_eq!("".parse::<Price>(), Err(PriceError::NotANumber));
        assert_eq!("$".parse::<Price>(), Err(PriceError::NotANumber));
        assert_eq!("1e3".parse::<Price>(), Err(PriceError::NotANumber));
        assert_eq!("-1".parse::<Price>(), Err(PriceError::Negative));
        assert_eq!(
            "0.00000000001".parse::<Price>(),
            Err(PriceError::TooPrecise)
        );
        assert_eq!(
            "99999999999999999999".parse::<Price>(),
            Err(PriceError::TooLarge)
        );
    }

    #[test]
    fn a_sum_that_leaves_the_range_says_so() {
        let huge = Usd::hourly(price("1000000000"), u64::MAX);
        assert!(huge.is_saturated());
        assert!((huge + huge).is_saturated());
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        for (number, shown) in [
            (0, "0"),
            (999, "999"),
            (1_000, "1,000"),
            (12_345_678, "12,345,678"),
        ] {
            assert_eq!(grouped(number), shown);
        }
    }

    fn appended(amount: Usd) -> String {
        let mut text = b"$".to_vec();
        amount.append_to(&mut text);
        String::from_utf8(text[1..].to_vec()).unwrap()
    }

    #[test]
    fn amounts_are_appended_as_they_are_printed_at_every_edge() {
        let unit = i128::from(GRAINS_PER_UNIT);
        for units in [
            0,
            1,
            9_999_999_999,
            10_000_000_000,
            1 << 53,
            (1 << 63) - 1,
            1 << 63,
            1 << 64,
        ] {
            for near in [-1, 0, 1, unit / 2 - 1, unit / 2, unit / 2 + 1] {
                for sign in [1, -1] {
                    let amount = Usd(sign * (units * unit + near));
                    assert_eq!(appended(amount), amount.to_string(), "{amount:?}");
                }
            }
        }
        for amount in [Usd(i128::MAX), Usd(i128::MIN)] {
            assert_eq!(appended(amount), amount.to_string());
        }
    }

    proptest::proptest! {
        #[test]
        fn amounts_are_appended_as_they_are_printed(grains: i128, shift in 0..127_u32) {
            let amount = Usd(grains >> shift);
            proptest::prop_assert_eq!(appended(amount), amount.to_string());
        }
    }
}
