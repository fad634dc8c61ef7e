//! The words that people bring for operating systems, led to ours: the bill knows a few platforms only.

use super::super::{
    Code,
    reader::{Draft, Reader, Span},
};
use crate::catalog::Platform;

use Platform::{Linux, LinuxSqlStd, Rhel, RhelSqlStd, Suse, UbuntuPro, Windows, WindowsSqlStd};

const FREE: &str = "every Linux without a licence fee is; only the image tells them apart";
const SQL: &str = "of SQL Server there are `-sql-web`, `-sql-std` and `-sql-ent`";
const UNIX: &str = "the price list calls it Linux/UNIX";
const WINDOWS_LICENCE: &str = "with the licence; `windows-byol` brings its own";
const RHEL_LICENCE: &str = "with the subscription; `rhel-byol` brings its own";
const SLES: &str = "SUSE Linux Enterprise Server, by the hour";

/// A word, the platform that such a system is billed as, the image that runs it or one like it, and why.
const SYSTEMS: &[(&str, Platform, &str, &str)] = &[
    ("amazon-linux", Linux, "al2023", FREE),
    ("amazon-linux-2", Linux, "al2", FREE),
    ("amazon-linux-2023", Linux, "al2023", FREE),
    ("amazonlinux", Linux, "al2023", FREE),
    ("al2", Linux, "al2", FREE),
    ("al2023", Linux, "al2023", FREE),
    ("ubuntu", Linux, "ubuntu-24.04", FREE),
    ("debian", Linux, "debian-12", FREE),
    ("centos", Linux, "al2023", FREE),
    ("rocky", Linux, "al2023", FREE),
    ("rocky-linux", Linux, "al2023", FREE),
    ("alma", Linux, "al2023", FREE),
    ("almalinux", Linux, "al2023", FREE),
    ("fedora", Linux, "al2023", FREE),
    ("arch", Linux, "al2023", FREE),
    ("alpine", Linux, "al2023", FREE),
    ("flatcar", Linux, "al2023", FREE),
    ("bottlerocket", Linux, "al2023", FREE),
    ("oracle-linux", Linux, "al2023", FREE),
    ("freebsd", Linux, "al2023", UNIX),
    ("unix", Linux, "al2023", UNIX),
    (
        "Linux/UNIX",
        Linux,
        "al2023",
        "that is EC2's own name of it",
    ),
    ("windows-server", Windows, "windows-2022", WINDOWS_LICENCE),
    ("win", Windows, "windows-2022", WINDOWS_LICENCE),
    ("windows-sql", WindowsSqlStd, "windows-2022", SQL),
    ("windows-sql-standard", WindowsSqlStd, "windows-2022", SQL),
    ("linux-sql", LinuxSqlStd, "al2023", SQL),
    ("rhel-sql", RhelSqlStd, "rhel-9", SQL),
    ("redhat", Rhel, "rhel-9", RHEL_LICENCE),
    ("red-hat", Rhel, "rhel-9", RHEL_LICENCE),
    ("sles", Suse, "sles-15", SLES),
    ("suse-linux", Suse, "sles-15", SLES),
    (
        "ubuntu-pro-lts",
        UbuntuPro,
        "ubuntu-pro-24.04",
        "Ubuntu without Pro is `linux`",
    ),
];

/// The names of platforms that are a kind of image besides.
const IMAGES: &[(&str, &str)] = &[
    ("linux", "al2023"),
    ("windows", "windows-2022"),
    ("rhel", "rhel-9"),
    ("suse", "sles-15"),
    ("ubuntu-pro", "ubuntu-pro-24.04"),
];

/// Reports a word that isn't a platform.
pub(super) fn unknown_platform(reader: &mut Reader, at: Span, text: &str) {
    let Some((_, billed, _, why)) = row(text) else {
        let words = Platform::ALL.iter().map(|one| one.word());
        reader.unknown_word(at, text, "a platform", words);
        return;
    };
    reader.report(Code::UnknownWord, at, || {
        let billed = billed.word();
        Draft::new(format!("`{text}` is billed as `{billed}`"))
            .label(format!("expected `{billed}`"))
            .note(*why)
            .instead(Some(billed))
    });
}

/// Reports a word that isn't an image; `names` are the built-in ones.
pub(super) fn unknown_image<'w>(
    reader: &mut Reader,
    at: Span,
    text: &str,
    names: impl Iterator<Item = &'w str> + Clone,
) {
    let of_platform = IMAGES.iter().find(|(name, _)| *name == text);
    let instead = of_platform
        .map(|(_, image)| (*image, "an image has a version".to_owned()))
        .or_else(|| {
            row(text).map(|&(_, platform, image, why)| {
                let why = if why == SQL {
                    let platform = platform.word();
                    format!("SQL Server isn't in its name: say `platform: {platform}` as well")
                } else {
                    why.to_owned()
                };
                (image, why)
            })
        });
    let Some((image, why)) = instead else {
        reader.unknown_word(at, text, "an image", names);
        return;
    };
    reader.report(Code::UnknownWord, at, || {
        Draft::new(format!("`{text}` is not the name of an image"))
            .label(format!("expected an image, such as `{image}`"))
            .note(why)
            .instead(Some(image))
    });
}

fn row(text: &str) -> Option<&'static (&'static str, Platform, &'static str, &'static str)> {
    SYSTEMS
        .iter()
        .find(|(name, ..)| name.eq_ignore_ascii_case(text))
}
