//! Pages: how many items an answer tells, and where the next one goes on.

use crate::id::Seeded;

use super::{fault::Fault, filters::Filters, request::Fields};

/// How an action tells in pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    /// The least that `MaxResults` may be.
    pub least: u32,
    /// The most.
    pub most: u32,
    /// Whether more than that is refused, and doesn't just count as that.
    pub is_strict: bool,
    /// The name that EC2 gives the ids that can't be named beside a page; empty where they can.
    pub ids: &'static str,
}

impl Pages {
    /// So many, and none beside ids.
    pub(crate) const fn without(ids: &'static str, most: u32) -> Self {
        Self {
            least: 5,
            most,
            is_strict: false,
            ids,
        }
    }

    /// So many.
    pub(crate) const fn of(least: u32, most: u32) -> Self {
        Self {
            least,
            most,
            is_strict: false,
            ids: "",
        }
    }

    /// More is refused.
    pub(crate) const fn strict(mut self) -> Self {
        self.is_strict = true;
        self
    }
}

/// The page that a request asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// How many items.
    pub(crate) most: usize,
    /// Behind which.
    pub(crate) after: Option<u64>,
    /// What the token holds for.
    digest: u64,
}

impl Page {
    /// Reads what a request asks for. A token holds for an action of an account in a Region, with these filters.
    pub(crate) fn read(
        fields: &Fields<'_>,
        pages: Option<Pages>,
        has_ids: bool,
        filters: &Filters,
        seed: Seeded,
    ) -> Result<Self, Fault> {
        let digest = filters.digest(seed).bits();
        let all = Self {
            most: usize::MAX,
            after: None,
            digest,
        };
        let Some(pages) = pages else {
            return Ok(all);
        };
        let most: Option<i64> = fields.number("MaxResults")?;
        let token = fields.get("NextToken");
        if has_ids && !pages.ids.is_empty() {
            for (given, name) in [
                (most.is_some(), "maxResults"),
                (token.is_some(), "nextToken"),
            ] {
                if given {
                    return Err(Fault::new(
                        "InvalidParameterCombination",
                        format!(
                            "The parameter {} cannot be used with the parameter {name}",
                            pages.ids
                        ),
                    ));
                }
            }
        }
        if let Some(most) = most {
            let bound = |expecting: String| {
                Fault::value(format!(
                    "Value ( {most} ) for parameter maxResults is invalid. Expecting a value {expecting}."
                ))
            };
            if most < i64::from(pages.least) {
                return Err(bound(format!("greater than {}", pages.least)));
            }
            if pages.is_strict && most > i64::from(pages.most) {
                return Err(bound(format!("less than {}", pages.most)));
            }
        }
        let most = most.map_or(usize::MAX, |most| {
            let most = most.min(i64::from(pages.most));
            usize::try_from(most).unwrap_or(usize::MAX)
        });
        let after = match token {
            None => None,
            Some(token) => Some(
                all.parse(token)
                    .ok_or_else(|| Fault::value("Unable to parse pagination token"))?,
            ),
        };
        Ok(Self { most, after, ..all })
    }

    /// The token that goes on behind an item.
    pub(crate) fn token(&self, last: u64) -> String {
        format!("{:016x}{last:016x}", self.digest)
    }

    fn parse(&self, token: &str) -> Option<u64> {
        let (digest, last) = token.split_at_checked(16)?;
        let number = |text: &str| {
            (text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit()))
                .then(|| u64::from_str_radix(text, 16).ok())
                .flatten()
        };
        (number(digest)? == self.digest).then_some(number(last)?)
    }
}
