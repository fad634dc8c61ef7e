//! Filters: what is asked for is looked up where the answer shows it.

use smallvec::SmallVec;

use super::{fault::Fault, request::Fields, table::Takes, xml::Out};

/// How many filters a request may have, and how many values all of them.
const MOST_FILTERS: usize = 50;
const MOST_VALUES: usize = 200;

/// Something that an answer tells.
pub(crate) trait Tell {
    /// Tells it.
    fn tell<O: Out>(&self, out: &mut O);

    /// Tells what filters see: the same, and what stands around it.
    fn tell_filters<O: Out>(&self, out: &mut O) {
        self.tell(out);
    }
}

/// The filters of a request: all of them have to hold.
#[derive(Debug, Default)]
pub(crate) struct Filters {
    filters: Vec<Filter>,
}

#[derive(Debug)]
struct Filter {
    asks: Asks,
    /// Any of them will do.
    values: Vec<String>,
}

#[derive(Debug)]
enum Asks {
    /// What stands at this place of the answer.
    At(&'static str),
    /// The value of a tag.
    Tag(String),
    /// The key of any tag.
    TagKey,
    /// The value of any tag.
    TagValue,
}

impl Filters {
    /// Reads the filters of a request.
    pub(crate) fn read(fields: &Fields<'_>, takes: &Takes, action: &str) -> Result<Self, Fault> {
        let items = fields.items("Filter");
        if items.len() > MOST_FILTERS {
            return Err(Fault::new(
                "FilterLimitExceeded",
                format!("The maximum number of filters is {MOST_FILTERS}"),
            ));
        }
        let mut filters = Vec::with_capacity(items.len());
        let mut values_in_all = 0;
        for item in &items {
            let fields = item.fields();
            let name = fields
                .required("Name")
                .map_err(|_| Fault::new("InvalidParameterValue", "The filter 'null' is invalid"))?;
            let values = fields.values("Value");
            values_in_all += values.len();
            if values_in_all > MOST_VALUES {
                return Err(Fault::new(
                    "FilterLimitExceeded",
                    format!(
                        "The maximum number of filter values specified on a single call is {MOST_VALUES}"
                    ),
                ));
            }
            if values.is_empty() {
                return Err(Fault::value(format!("The filter '{name}' has no value")));
            }
            filters.push(Filter {
                asks: asks(name, takes, action)?,
                values,
            });
        }
        Ok(Self { filters })
    }

    /// Whether all of them hold for something.
    pub(crate) fn hold(&self, item: &impl Tell) -> bool {
        if self.filters.is_empty() {
            return true;
        }
        let mut probe = Probe {
            filters: &self.filters,
            held: SmallVec::from_elem(false, self.filters.len()),
            path: String::new(),
            key: String::new(),
        };
        item.tell_filters(&mut probe);
        probe.held.iter().all(|&held| held)
    }

    /// What they are, as a number that changes with them.
    pub(crate) fn digest(&self, seed: crate::id::Seeded) -> crate::id::Seeded {
        self.filters.iter().fold(seed, |seed, filter| {
            let seed = match &filter.asks {
                Asks::At(path) => seed.named(path),
                Asks::Tag(key) => seed.purpose("tag").named(key),
                Asks::TagKey => seed.purpose("tag-key"),
                Asks::TagValue => seed.purpose("tag-value"),
            };
            let values = filter.values.iter();
            values.fold(seed, |seed, value| seed.named(value).number(1))
        })
    }
}

fn asks(name: &str, takes: &Takes, action: &str) -> Result<Asks, Fault> {
    if takes.tags.is_some() {
        match name.strip_prefix("tag:") {
            Some(key) => return Ok(Asks::Tag(key.to_owned())),
            None if name == "tag-key" => return Ok(Asks::TagKey),
            None if name == "tag-value" => return Ok(Asks::TagValue),
            None => {}
        }
    }
    match takes.filters.get(name) {
        Some(Some(path)) => Ok(Asks::At(path)),
        Some(None) => Err(Fault::unsimulated(&format!("the filter {name}"), action)),
        None => Err(Fault::value(format!("The filter '{name}' is invalid"))),
    }
}

/// Looks through what is told of one thing.
struct Probe<'f> {
    filters: &'f [Filter],
    held: SmallVec<[bool; 4]>,
    /// The elements around, with `/` behind each.
    path: String,
    /// The key of the tag that is being told.
    key: String,
}

impl Out for Probe<'_> {
    fn open(&mut self, name: &'static str) {
        self.path.push_str(name);
        self.path.push('/');
    }

    fn close(&mut self, name: &'static str) {
        self.path.truncate(self.path.len() - name.len() - 1);
    }

    fn empty(&mut self, name: &'static str) {
        // An empty value of a tag is a value; an empty name or list is none.
        if name == "value" {
            self.text(name, "");
        }
    }

    fn text(&mut self, name: &'static str, value: &str) {
        let in_tag = matches!(name, "key" | "value")
            && (self.path == "tagSet/item/" || self.path.is_empty());
        if in_tag && name == "key" {
            value.clone_into(&mut self.key);
        }
        for (filter, held) in self.filters.iter().zip(&mut self.held) {
            let is_asked = !*held
                && match &filter.asks {
                    Asks::At(path) => path.strip_prefix(&*self.path) == Some(name),
                    Asks::Tag(key) => in_tag && name == "value" && self.key == *key,
                    Asks::TagKey => in_tag && name == "key",
                    Asks::TagValue => in_tag && name == "value",
                };
            if is_asked {
                *held = filter.values.iter().any(|pattern| matches(pattern, value));
            }
        }
    }
}

/// Whether a pattern stands for a text: `*` for any run, `?` for one character or none, `\` takes the next literally.
fn matches(pattern: &str, text: &str) -> bool {
    if !pattern.contains(['*', '?', '\\']) {
        return pattern == text;
    }
    let pattern: Vec<Part> = parts(pattern);
    let text: Vec<char> = text.chars().collect();
    // What the pattern up to here can have read of the text.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for part in pattern {
        match part {
            Part::Any => {
                for place in 1..reached.len() {
                    reached[place] |= reached[place - 1];
                }
            }
            Part::Maybe => {
                for place in (1..reached.len()).rev() {
                    reached[place] |= reached[place - 1];
                }
            }
            Part::One(wanted) => {
                for place in (1..reached.len()).rev() {
                    reached[place] = reached[place - 1] && text[place - 1] == wanted;
                }
                reached[0] = false;
            }
        }
    }
    reached[text.len()]
}

enum Part {
    One(char),
    Any,
    Maybe,
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut letters = pattern.chars();
    let mut parts = Vec::new();
    while let Some(letter) = letters.next() {
        parts.push(match letter {
            '*' => Part::Any,
            '?' => Part::Maybe,
            '\\' => Part::One(letters.next().unwrap_or('\\')),
            plain => Part::One(plain),
        });
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_what_ec2_says() {
        let hold = |pattern, text| matches(pattern, text);
        assert!(
            hold("web*", "web-1") && hold("*", "") && hold("w?b", "web") && hold("we?b", "web")
        );
        assert!(!hold("w?b", "waab") && !hold("web", "Web") && !hold("web*", "a-web"));
        assert!(hold(r"a\*b", "a*b") && !hold(r"a\*b", "axb") && hold(r"a\\b", r"a\b"));
        assert!(hold("*a*b*", "xaxbx") && !hold("*a*b", "xaxbx"));
    }
}
