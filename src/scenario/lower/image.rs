//! Images: a few by name, or described.

use super::super::{
    Code,
    keys::{ImageKey, ROOT_DEVICE, RootDevice},
    nearest::nearest,
    reader::{Draft, Reader, Span},
    tree::{Kind, Node, quoted},
};
use super::systems;
use crate::{
    catalog::{Architecture, Hypervisor, Platform, TypeId},
    world::{ImageName, ImageSpec},
};

/// An image that has a name here.
#[derive(Debug, PartialEq, Eq)]
pub struct NamedImage {
    /// Its name in a scenario.
    pub name: &'static str,
    /// What it runs, as it is billed.
    pub platform: Platform,
    /// The size of its root snapshot in GiB.
    pub min_root_gib: u32,
    /// Whether it has the agent that hibernation needs (`HIB-IMAGE`).
    pub hibernation_ready: bool,
    /// The name of its root device (`VOL-ROOT-NAME`).
    pub root_device: &'static str,
}

const fn named(
    name: &'static str,
    platform: Platform,
    min_root_gib: u32,
    hibernation_ready: bool,
) -> NamedImage {
    NamedImage {
        name,
        platform,
        min_root_gib,
        hibernation_ready,
        root_device: SDA,
    }
}

/// One whose root device is `/dev/xvda`.
const fn on_xvda(image: &NamedImage) -> NamedImage {
    NamedImage {
        root_device: XVDA,
        ..*image
    }
}

const SDA: &str = "/dev/sda1";
const XVDA: &str = "/dev/xvda";

/// The images that have a name, the default one first.
pub const IMAGES: &[NamedImage] = &[
    on_xvda(&named("al2023", Platform::Linux, 8, true)),
    on_xvda(&named("al2", Platform::Linux, 8, true)),
    named("ubuntu-24.04", Platform::Linux, 8, true),
    named("ubuntu-22.04", Platform::Linux, 8, true),
    named("ubuntu-20.04", Platform::Linux, 8, true),
    named("ubuntu-pro-24.04", Platform::UbuntuPro, 8, true),
    named("ubuntu-pro-22.04", Platform::UbuntuPro, 8, true),
    on_xvda(&named("debian-12", Platform::Linux, 8, false)),
    named("windows-2022", Platform::Windows, 30, true),
    named("windows-2019", Platform::Windows, 30, true),
    named("rhel-9", Platform::Rhel, 10, true),
    named("rhel-8", Platform::Rhel, 10, true),
    named("sles-15", Platform::Suse, 10, false),
];

/// An image as it is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum ImageDraft {
    Named(&'static NamedImage),
    /// One of the account's own: an index into the cast's images.
    Own(u32),
    Described {
        ebs_root: bool,
        architecture: Option<Architecture>,
        min_root_gib: Option<u32>,
        hibernation_ready: Option<bool>,
        ena_support: bool,
        ignores_shutdown: bool,
    },
}

/// Whether an image of this name is known everywhere.
pub(super) fn is_built_in(name: &str) -> bool {
    IMAGES.iter().any(|image| image.name == name)
}

/// The built-in image that runs a platform.
fn built_in(platform: Platform) -> &'static str {
    if platform.is_windows() {
        "windows-2022"
    } else if platform.is_rhel() {
        "rhel-9"
    } else if platform.is_suse() {
        "sles-15"
    } else if platform == Platform::UbuntuPro {
        "ubuntu-pro-24.04"
    } else {
        "al2023"
    }
}

/// Reads an image; `None` if it has a mistake.
pub(super) fn image(reader: &mut Reader, node: &Node<'_>) -> Option<ImageDraft> {
    if let Kind::Scalar(text) = node.kind {
        let found = IMAGES.iter().find(|image| image.name == text);
        if found.is_none() {
            let names = IMAGES.iter().map(|image| image.name);
            systems::unknown_image(reader, node.span, text, names);
        }
        return found.map(ImageDraft::Named);
    }
    let fields = reader.fields(node, ImageKey::IMAGE, "the name of an image, or a mapping")?;
    let (mut ebs_root, mut ignores_shutdown) = (true, false);
    let (mut architecture, mut min_root_gib, mut hibernation_ready) = (None, None, None);
    let mut ena_support = true;
    for field in fields.iter() {
        let node = field.value;
        match field.key {
            ImageKey::RootDevice => {
                ebs_root = match reader.word(node, ROOT_DEVICE, "a type of root device") {
                    Some(RootDevice::Ebs) | None => true,
                    Some(RootDevice::InstanceStore) => false,
                };
            }
            ImageKey::Architecture => architecture = read_architecture(reader, node),
            ImageKey::MinRoot => min_root_gib = reader.size(node),
            ImageKey::HibernationReady => hibernation_ready = reader.flag(node),
            ImageKey::EnaSupport => ena_support = reader.flag(node).unwrap_or(true),
            ImageKey::IgnoresShutdown => ignores_shutdown = reader.flag(node).unwrap_or(false),
        }
    }
    Some(ImageDraft::Described {
        ebs_root,
        architecture,
        min_root_gib,
        hibernation_ready,
        ena_support,
        ignores_shutdown,
    })
}

fn read_architecture(reader: &mut Reader, node: &Node<'_>) -> Option<Architecture> {
    let text = reader.text(node, "an architecture")?;
    let found = Architecture::find(text);
    if found.is_none() {
        let names = Architecture::ALL.iter().map(|one| one.name());
        let known = names.clone();
        reader.report(Code::UnknownWord, node.span, || {
            Draft::new(format!("{} is not an architecture", quoted(text)))
                .label("expected `x86_64` or `arm64`")
                .instead(match text {
                    "aarch64" | "arm" | "graviton" => Some("arm64"),
                    "amd64" | "x64" | "x86" | "x86-64" => Some("x86_64"),
                    _ => nearest(text, known),
                })
        });
    }
    found
}

/// Whether a platform and the one that an image runs can be the same thing: SQL Server and licences don't matter.
fn same_system(image: Platform, given: Platform) -> bool {
    let system = |platform: Platform| {
        (
            platform.is_windows(),
            platform.is_rhel(),
            platform.is_suse(),
            platform == Platform::UbuntuPro,
        )
    };
    system(image) == system(given)
}

/// The platform of an instance: what is given, or the image's, or Linux.
pub(super) fn platform(
    reader: &mut Reader,
    given: Option<(Platform, Span)>,
    image: Option<(ImageDraft, Span)>,
) -> Platform {
    let of_image = match image {
        Some((ImageDraft::Named(named), at)) => Some((named, at)),
        Some((ImageDraft::Described { .. } | ImageDraft::Own(_), _)) | None => None,
    };
    if let (Some((named, image_at)), Some((platform, at))) = (of_image, given)
        && !same_system(named.platform, platform)
    {
        reader.report(Code::ImagePlatform, at, || {
            let (word, runs) = (platform.word(), named.platform.word());
            Draft::new(format!("the image `{}` doesn't run `{word}`", named.name))
                .label(format!("expected `{runs}`"))
                .also(image_at, format!("this image runs `{runs}`"))
        });
    }
    given
        .map(|(platform, _)| platform)
        .or(of_image.map(|(named, _)| named.platform))
        .unwrap_or(Platform::Linux)
}

/// The architecture of an image that goes with a type.
fn architecture_of(instance_type: TypeId) -> Architecture {
    let known = instance_type.info().architectures();
    [Architecture::X86_64, Architecture::Arm64]
        .into_iter()
        .find(|one| known.contains(*one))
        .or_else(|| known.iter().next())
        .unwrap_or(Architecture::X86_64)
}

/// The image in full.
pub(super) fn settle(
    draft: Option<ImageDraft>,
    instance_type: TypeId,
    platform: Platform,
) -> ImageSpec {
    let own = architecture_of(instance_type);
    let least = platform.image_root_gib();
    let root_device = platform.image_root_device();
    let on_xen = instance_type.info().hypervisor() == Hypervisor::Xen;
    let ready = !(platform.is_suse() || platform.is_rhel() && on_xen);
    match draft {
        None | Some(ImageDraft::Own(_)) => ImageSpec {
            ebs_root: true,
            architecture: own,
            min_root_gib: least,
            hibernation_ready: ready,
            name: ImageName::BuiltIn(built_in(platform)),
            root_device,
            ena_support: true,
            ignores_shutdown: false,
        },
        Some(ImageDraft::Named(named)) => ImageSpec {
            ebs_root: true,
            architecture: own,
            min_root_gib: named.min_root_gib.max(least),
            hibernation_ready: named.hibernation_ready && ready,
            name: ImageName::BuiltIn(named.name),
            root_device: named.root_device,
            ena_support: true,
            ignores_shutdown: false,
        },
        Some(ImageDraft::Described {
            ebs_root,
            architecture,
            min_root_gib,
            hibernation_ready,
            ena_support,
            ignores_shutdown,
        }) => ImageSpec {
            ebs_root,
            architecture: architecture.unwrap_or(own),
            min_root_gib: min_root_gib.unwrap_or(least),
            hibernation_ready: hibernation_ready.unwrap_or(ready),
            name: ImageName::Described,
            root_device,
            ena_support,
            ignores_shutdown,
        },
    }
}
