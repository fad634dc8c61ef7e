//! Amounts as people read them.

use super::{Usd, grouped};

/// The most decimals that there are.
const MOST: u32 = 10;

/// How many decimals amounts need that stand together: two, and as many as it takes for each to show two digits that count,
/// so that nothing that costs something is `$0.00`.
pub(crate) fn decimals(amounts: impl IntoIterator<Item = Usd>) -> u32 {
    let needed = |amount: Usd| {
        let shows = |decimals: &u32| {
            let text = amount.to_fixed(*decimals);
            let digits = text.trim_start_matches(['-', '0', '.']);
            digits.bytes().filter(u8::is_ascii_digit).count() >= 2
        };
        (2..MOST).find(shows).unwrap_or(MOST)
    };
    let amounts = amounts.into_iter().filter(|amount| !amount.is_zero());
    amounts.map(needed).max().unwrap_or(2)
}

/// `$1,234.50`.
pub(crate) fn people(amount: Usd, decimals: u32) -> String {
    let text = amount.to_fixed(decimals);
    let (sign, text) = match text.strip_prefix('-') {
        Some(magnitude) => ("-", magnitude),
        None => ("", text.as_str()),
    };
    let (whole, rest) = text.split_at(text.find('.').unwrap_or(text.len()));
    format!("{sign}${}{rest}", grouped(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(text: &str) -> Usd {
        Usd::from_price(text.parse().unwrap())
    }

    #[test]
    fn nothing_that_costs_is_nothing() {
        let one = |text| people(usd(text), decimals([usd(text)]));
        assert_eq!(one("0"), "$0.00");
        assert_eq!(one("0.0017"), "$0.0017");
        assert_eq!(one("0.000001"), "$0.0000010");
        assert_eq!(one("0.1"), "$0.10");
        assert_eq!(one("0.05"), "$0.050");
        assert_eq!(one("1234567.5"), "$1,234,567.50");
        assert_eq!(people(Usd::ZERO - usd("1234.5"), 2), "-$1,234.50");
    }

    #[test]
    fn amounts_that_stand_together_have_the_same_decimals() {
        assert_eq!(decimals([usd("12"), usd("0.0042"), Usd::ZERO]), 4);
        assert_eq!(decimals([]), 2);
    }
}
