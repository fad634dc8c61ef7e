//! The codes of diagnostics. A code keeps its meaning; a new kind of mistake gets a new one.

use std::fmt;

use serde::{Serialize, Serializer};

macro_rules! codes {
    ( $( $Code:ident = $id:literal, $meaning:literal; )+ ) => {
        /// What kind of mistake a diagnostic is about.
        ///
        /// # Example
        ///
        /// ```
        /// use ec2sim::scenario::Code;
        /// assert_eq!(Code::UnknownKey.id(), "E0201");
        /// assert_eq!(Code::find("E0201"), Some(Code::UnknownKey));
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( #[doc = $meaning] $Code, )+ }

        impl Code {
            /// Every code, in the order of their ids.
            pub const ALL: &[Self] = &[ $( Self::$Code, )+ ];

            /// The stable id.
            pub const fn id(self) -> &'static str {
                match self { $( Self::$Code => $id, )+ }
            }

            /// What it means, in one sentence.
            pub const fn meaning(self) -> &'static str {
                match self { $( Self::$Code => $meaning, )+ }
            }
        }
    };
}

codes! {
    Unreadable = "E0001", "The file can't be read.";
    NotUtf8 = "E0002", "The file isn't UTF-8 text.";
    TooLarge = "E0003", "The file is larger than 64 MiB.";
    OutsideFolder = "E0004", "A price file, or one that is included, is outside the folder of the file that names it.";
    NotPrices = "E0005", "A price file contains no prices.";
    NotSpotPrices = "E0006", "A line of a file of Spot prices isn't one.";
    NotIncluded = "E0007", "A file that is included is no part of a scenario, or includes itself.";

    Syntax = "E0101", "The file isn't YAML.";
    Tab = "E0102", "There is a tab where YAML expects spaces.";
    UnclosedQuote = "E0103", "A quote is never closed.";
    UnquotedColon = "E0104", "A text that contains a colon needs quotes.";
    UnclosedBracket = "E0105", "A bracket is never closed, or was never opened.";
    DuplicateKey = "E0106", "A key is given twice in one mapping.";
    TooDeep = "E0107", "The file is nested deeper than 64 levels.";
    TooManyAliases = "E0108", "The file's aliases copy more than a million values, counting a text as one for every 16 bytes.";
    UnknownAnchor = "E0109", "An alias refers to an anchor that doesn't exist, or that contains the alias.";
    MergeKey = "E0110", "Merge keys are not part of YAML 1.2.";
    Tag = "E0111", "A tag has no meaning in a scenario.";
    SecondDocument = "E0112", "A scenario is one YAML document.";
    Empty = "E0113", "The file contains nothing, or only comments.";
    OddKey = "E0114", "A key is not a word.";
    TooManyValues = "E0115", "The file contains more than a million values.";
    NotToml = "E0116", "`ec2sim.toml` isn't TOML.";
    Gap = "E0117", "A gap of an exercise is still to be filled.";

    UnknownKey = "E0201", "A key is not known in this place.";
    MissingKey = "E0202", "A key is missing.";
    WrongShape = "E0203", "There is a list, a mapping or a single value where something else is expected.";
    Exclusive = "E0204", "Two keys are given of which only one is allowed.";
    Misplaced = "E0205", "A key belongs to another kind of step.";
    EmptyStep = "E0206", "A step does nothing.";

    UnknownWord = "E0301", "A value is not one of the known words.";
    BadDuration = "E0302", "A value is not a length of time.";
    BadInstant = "E0303", "A value is not an instant.";
    BadSize = "E0304", "A value is not a size.";
    BadAmount = "E0305", "A value is not an amount of dollars.";
    BadFlag = "E0306", "A value is not `yes` or `no`.";
    BadNumber = "E0307", "A value is not a whole number, or is out of range.";
    BadAddress = "E0308", "A value is not an address or a DNS name.";
    BadText = "E0309", "A text breaks a rule of EC2.";
    BadName = "E0310", "A name contains characters that names can't contain, or is reserved.";
    Refused = "E0311", "The service refuses what exists from the start as it is described.";

    UnknownName = "E0401", "Nothing in the file has this name.";
    NameTaken = "E0402", "A name is given to two things.";
    WrongKind = "E0403", "A name belongs to another kind of thing.";
    NotThereYet = "E0404", "An action names something that no earlier step launches, allocates or creates.";
    AlreadyThere = "E0405", "Something that already exists is launched, allocated or created.";
    SelfOutside = "E0406", "`self` only has a meaning inside `each`.";
    NoSuchVolume = "E0407", "An instance has no volume of this name.";
    NotAGroup = "E0408", "A group is named where a single instance is expected, or the reverse.";
    TooManyInstances = "E0409", "The file has, or launches, more instances than a replay may have (`--max-instances`).";
    UnknownParam = "E0410", "A value, or `--set`, names a parameter that the file doesn't have.";
    UnusedParam = "E0411", "No value uses a parameter of the file.";

    UnknownType = "E0501", "The catalogue has no such instance type.";
    NoPrice = "E0502", "The catalogue has no price for this in the Region.";
    UnknownPlace = "E0503", "A Region isn't known, or a zone isn't in the Region.";
    NotForType = "E0504", "The instance type doesn't support what is requested.";
    VolumeLimit = "E0505", "A volume is outside the limits of its type.";
    ImagePlatform = "E0506", "An image doesn't match the rest of the instance.";
    NotSpot = "E0507", "An instance that isn't a Spot Instance is treated as one.";

    Backwards = "E0601", "The script would move back in time.";
    AfterEnd = "E0602", "A step comes after the end of the simulated world.";
    TooLate = "E0603", "A time is beyond the year 9999.";
    RoundTooLong = "E0604", "A round of `repeat` is longer than `every`.";

    NothingToCompare = "E0701", "An expectation compares with a moment that can't have existed.";
    NeverRefused = "E0702", "A step is expected to be refused with a code that no step can be refused with.";

    NotSimulated = "E0901", "This is part of the language, but the simulator doesn't support it yet.";
    NotApart = "E0902", "Members of an `each` share something, or the main script looks at them, so they can't be replayed apart (`--shard`).";
}

impl Code {
    /// The code of this id, if there is one.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id() == id)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_in_order_and_meanings_are_sentences() {
        assert!(Code::ALL.is_sorted_by(|a, b| a.id() < b.id()));
        for code in Code::ALL {
            assert!(code.meaning().ends_with('.'), "{code}");
        }
    }
}
